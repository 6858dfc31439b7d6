#ifndef FINLUA_CMICROHTTPD_SHIM_H
#define FINLUA_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Variadic calls and callbacks of libmicrohttpd that Swift cannot express. */

/* One request, collected until it is whole. */
typedef struct cmh_request {
    struct MHD_Connection *connection;
    const char *method;
    char *target; /* as it came, query included, nothing decoded */
    char *body;
    size_t body_count;
    size_t body_capacity;
    int is_too_large; /* the body went past the limit; `body` is empty */
    int is_seen;
} cmh_request;

/* Answers a whole request: queues a response and says MHD_YES, or says MHD_NO to close the connection. */
typedef enum MHD_Result (*cmh_answer)(void *context, cmh_request *request);

typedef struct cmh_server {
    struct MHD_Daemon *daemon;
    cmh_answer answer;
    void *context;
    size_t body_limit;
} cmh_server;

static inline void *cmh_begin(void *cls, const char *target, struct MHD_Connection *connection) {
    (void)cls;
    cmh_request *request = (cmh_request *)calloc(1, sizeof *request);
    if (request == NULL) return NULL;
    request->connection = connection;
    request->target = strdup(target);
    return request;
}

static inline void cmh_end(void *cls, struct MHD_Connection *connection, void **slot,
                           enum MHD_RequestTerminationCode code) {
    (void)cls, (void)connection, (void)code;
    cmh_request *request = (cmh_request *)*slot;
    if (request == NULL) return;
    free(request->target);
    free(request->body);
    free(request);
    *slot = NULL;
}

static inline void cmh_collect(cmh_request *request, const char *bytes, size_t count, size_t limit) {
    if (request->is_too_large) return;
    if (request->body_count + count > limit) {
        request->is_too_large = 1;
        request->body_count = 0;
        return;
    }
    if (request->body_count + count > request->body_capacity) {
        size_t capacity = (request->body_count + count) * 2;
        char *grown = (char *)realloc(request->body, capacity);
        if (grown == NULL) {
            request->is_too_large = 1;
            request->body_count = 0;
            return;
        }
        request->body = grown;
        request->body_capacity = capacity;
    }
    memcpy(request->body + request->body_count, bytes, count);
    request->body_count += count;
}

static inline enum MHD_Result cmh_handle(void *cls, struct MHD_Connection *connection, const char *url,
                                         const char *method, const char *version, const char *upload,
                                         size_t *upload_count, void **slot) {
    (void)connection, (void)url, (void)version;
    cmh_server *server = (cmh_server *)cls;
    cmh_request *request = (cmh_request *)*slot;
    if (request == NULL || request->target == NULL) return MHD_NO;
    if (!request->is_seen) {
        request->is_seen = 1;
        request->method = method;
        return MHD_YES;
    }
    if (*upload_count > 0) {
        cmh_collect(request, upload, *upload_count, server->body_limit);
        *upload_count = 0;
        return MHD_YES;
    }
    return server->answer(server->context, request);
}

/* Paths stay as they came: a key may hold an encoded slash. */
static inline size_t cmh_keep(void *cls, struct MHD_Connection *connection, char *text) {
    (void)cls, (void)connection;
    return strlen(text);
}

/* Serves on 127.0.0.1 with a thread for each connection, so that an answer that is slow on purpose holds up no other;
   without a Date of the machine's clock, which need not be the server's. NULL if it cannot; port 0 takes a free one. */
static inline cmh_server *cmh_start(uint16_t port, size_t body_limit, cmh_answer answer, void *context) {
    cmh_server *server = (cmh_server *)calloc(1, sizeof *server);
    if (server == NULL) return NULL;
    server->answer = answer;
    server->context = context;
    server->body_limit = body_limit;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK,
        port, NULL, NULL, cmh_handle, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_URI_LOG_CALLBACK, cmh_begin,
        server, MHD_OPTION_NOTIFY_COMPLETED, cmh_end, server, MHD_OPTION_UNESCAPE_CALLBACK, cmh_keep, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned int)512, MHD_OPTION_END);
    if (server->daemon == NULL) {
        free(server);
        return NULL;
    }
    return server;
}

static inline uint16_t cmh_port(cmh_server *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

static inline void cmh_stop(cmh_server *server) {
    MHD_stop_daemon(server->daemon);
    free(server);
}

static inline int cmh_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/* The last value of a request header, or NULL. */
static inline const char *cmh_header(struct MHD_Connection *connection, const char *name) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Makes the close that follows a reset. */
static inline void cmh_reset_on_close(int socket) {
    struct linger linger = {1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static inline int cmh_is_hung_up(int socket) {
    char byte;
    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Sends bytes past libmicrohttpd, for answers that are no HTTP. */
static inline void cmh_send(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

/* The same, each byte by itself. */
static inline void cmh_send_split(int socket, const char *bytes, size_t count) {
    int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (size_t index = 0; index < count; ++index) cmh_send(socket, bytes + index, 1);
}

/* What a content reader returns to break the connection off. */
static const ssize_t cmh_broken_off = MHD_CONTENT_READER_END_WITH_ERROR;

#endif

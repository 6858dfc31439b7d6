return {
  default_profile = "main",
  profiles = { main = { client_id = "c", secret_key_file = "/k" } },
  limits = "status=40/60s", poll = "first=1s", run = { timeout = "15m", memory = "64M" },
}

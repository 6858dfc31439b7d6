-- finlua query: one query from the command line.
local finout, export = require "finout", require "finlua.export"

local arguments = require "finlua.args"
local args = arguments {
  about = "Costs and usage from one query.",
  order = { "dimension", "measurement", "filter", "type", "last", "lag", "from", "to", "month", "interval", "top",
    "allow_partial", "format", "output" },
  dimension = { type = "list", separator = false, value = "[NAME=]KEY", help = "split by a key, costCenter/key" },
  measurement = { type = "list", separator = false, value = "[NAME=]TYPE[:OPERATOR]",
    help = "what to measure; default netAmortizedCost" },
  filter = { type = "list", separator = false, value = "FILTER",
    help = "KEY=a,b  KEY!=a,b  KEY~text  KEY!~text  KEY (has a value)  !KEY (has none); all must hold" },
  type = { type = "list", separator = false, value = "KEY=TYPE", help = "which type, of a key with several" },
  last = { value = "PERIOD", help = "the days up to now: 30d, 4w or 3m; default 30d" },
  lag = { type = "integer", min = 0, help = "with --last: days to leave out at the end" },
  from = { type = "date", help = "first day" },
  to = { type = "date", help = "last day, included" },
  month = { value = "YYYY-MM", help = "a calendar month" },
  interval = { one_of = { "day", "week", "month" }, default = "day" },
  top = { type = "integer", min = 1, help = "only the first N rows, as the API orders them; else all of them" },
  allow_partial = { type = "boolean", help = "an incomplete answer is a warning and exit status 4" },
  format = { one_of = { "table", "csv", "ndjson", "json" }, default = "table" },
  output = { default = "-", value = "PATH", help = "file to write; - is standard output" },
  examples = {
    "finlua query --dimension service=AWS/service --last 30d --lag 2",
    "finlua query --dimension AWS/region --filter 'AWS/service!=Tax' --month 2026-10 --format csv",
  },
}

-- "name=rest" where the name could be a column's; a key may itself hold "=".
local function named(text)
  local name, rest = text:match("^([%a_][%w_]*)=(.+)$")
  return name or text, rest or text
end

local function period()
  if args.last then return { last = args.last, lag = args.lag, from = args.from, to = args.to, month = args.month } end
  if args.month then return { month = args.month, from = args.from, to = args.to } end
  if args.from or args.to then return { from = args.from, to = args.to, lag = args.lag } end
  return { last = "30d", lag = args.lag }
end

local types = {}
for _, text in ipairs(args.type) do
  local key, kind = text:match("^(.+)=([%w_]+)$")
  if not key then arguments.usage("--type: expected KEY=TYPE, such as Kubernetes/app=k8s_pod_label, got " .. text) end
  types[key] = kind
end

local dimensions, measurements, decimals = {}, {}, {}
for index, text in ipairs(args.dimension) do
  local name, key = named(text)
  dimensions[index] = { alias = name, path = key, type = types[key] }
end
for index, text in ipairs(#args.measurement > 0 and args.measurement or { "netAmortizedCost" }) do
  local name, what = named(text)
  local kind, operator = what:match("^(%w+):(%w+)$")
  name = name:gsub(":", "_")
  measurements[index] = { alias = name, type = kind or what, operator = operator }
  if (kind or what):find("Cost$") then decimals[name] = 2 end
end

local OPERATORS = { ["="] = "oneOf", ["!="] = "notOneOf", ["~"] = "contains", ["!~"] = "notContains" }

local function filter(text)
  local key, sign, rest = text:match("^(.-)(!?[=~])(.*)$")
  local operator, values = OPERATORS[sign], nil
  if not key then
    local absent = text:sub(1, 1) == "!"
    key, operator = absent and text:sub(2) or text, absent and "notExists" or "exists"
  else
    values = {}
    for value in rest:gmatch("[^,]+") do values[#values + 1] = value end
  end
  return { path = key, type = types[key], operator = operator, value = values }
end

local filters = {}
for index, text in ipairs(args.filter) do filters[index] = filter(text) end

-- What a field of the query is on the command line.
local FLAGS = {
  { "^date%.(%a+)", "--%s" }, { "^date", "--last, --lag, --from, --to, --month" }, { "^measurements", "--measurement" },
  { "^dimensions", "--dimension" }, { "^filters", "--filter" }, { "^rowLimit", "--top" },
}

local function explain(problem)
  local field = type(problem) == "table" and problem.code == "bad_query" and problem.field
  for _, flag in ipairs(field and FLAGS or {}) do
    local found = field:match(flag[1])
    if found then
      local _, last = problem.message:find(field .. ": ", 1, true)
      local text = problem.message:sub((last or 0) + 1):gsub("^finout%.query: ", "")
      -- A hint on dates or measurements is in the words of Lua.
      local hint = (field:find("^dimensions") or field:find("^filters")) and problem.hint or nil
      arguments.usage(flag[2]:format(found) .. ": " .. text:gsub("%.$", ""), hint and hint:gsub("^%u", string.lower))
    end
  end
  error(problem, 0)
end

local ok, problem = pcall(function()
  local q = finout.query {
    date = period(),
    timeInterval = args.interval,
    dimensions = #dimensions > 0 and dimensions or nil,
    measurements = measurements,
    filters = #filters > 0 and finout.all(filters) or nil,
    rowLimit = args.top,
    allow_partial = args.allow_partial,
  }
  export[args.format](args.output, q, args.format == "table" and { decimals = decimals } or nil)
end)
if not ok then explain(problem) end

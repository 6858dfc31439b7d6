-- finlua.internal.page_text: text into HTML. Whatever it holds is shown as text; nothing of it becomes a mark-up of the page.
local type, tostring, ipairs = type, tostring, ipairs
local concat = table.concat
local byte, find, format, gmatch, gsub, match, sub = string.byte, string.find, string.format, string.gmatch, string.gsub,
  string.match, string.sub
local char, len = utf8.char, utf8.len

local page_text = {}
local REPLACEMENT = char(0xfffd)
local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

-- What no XML may hold, what is no UTF-8, and what turns the direction of writing, shown as U+FFFD.
local function clean(text)
  if not len(text) then
    local parts, from = {}, 1
    while from <= #text do
      local ok, wrong = len(text, from)
      if ok then
        parts[#parts + 1] = sub(text, from)
        break
      end
      parts[#parts + 1] = sub(text, from, wrong - 1) .. REPLACEMENT
      from = wrong + 1
    end
    text = concat(parts)
  end
  text = gsub(text, "[\0-\8\11\12\14-\31\127]", REPLACEMENT)
  text = gsub(gsub(text, "\xe2\x80[\xaa-\xae]", REPLACEMENT), "\xe2\x81[\xa6-\xa9]", REPLACEMENT)
  return (gsub(text, "\xef\xbf[\xbe\xbf]", REPLACEMENT))
end
page_text.clean = clean

-- Text for an element or an attribute between quotes.
function page_text.escape(value)
  local text = type(value) == "string" and value or tostring(value)
  if not find(text, "[^ -!#-%%(-;=?-~]") then return text end
  return (gsub(clean(text), "[&<>\"']", ENTITIES))
end

local escape = page_text.escape

local function marked(text)
  text = gsub(escape(text), "`([^`\n]+)`", "<code>%1</code>")
  return (gsub(text, "%*%*([^*\n]+)%*%*", "<strong>%1</strong>"))
end

-- Paragraphs parted by empty lines, lists of lines that begin with "- ", **strong** and `code`.
function page_text.paragraphs(text)
  local parts = {}
  for block in gmatch(gsub(text, "\r\n?", "\n") .. "\n\n", "(.-)\n%s*\n") do
    local lines, items = {}, {}
    local function close_lines()
      if #lines > 0 then parts[#parts + 1] = "<p>" .. marked(concat(lines, "\n")) .. "</p>" end
      lines = {}
    end
    local function close_items()
      if #items > 0 then parts[#parts + 1] = "<ul>" .. concat(items) .. "</ul>" end
      items = {}
    end
    for line in gmatch(block, "[^\n]+") do
      local item = match(line, "^%s*%- +(.+)$")
      if item then
        close_lines()
        items[#items + 1] = "<li>" .. marked(item) .. "</li>"
      elseif find(line, "%S") then
        close_items()
        lines[#lines + 1] = line
      end
    end
    close_lines()
    close_items()
  end
  return concat(parts, "\n")
end

-- The same text for a terminal: without the marks.
function page_text.plain(text)
  text = gsub(text, "\r\n?", "\n")
  text = gsub(text, "`([^`\n]+)`", "%1")
  return (gsub(text, "%*%*([^*\n]+)%*%*", "%1"))
end

-- What would move a cursor or start a line, in a form that does not.
function page_text.printable(text)
  text = clean(tostring(text))
  text = gsub(text, "[%c]", function(character) return format("\\x%02x", byte(character)) end)
  return (gsub(text, "\xc2[\x80-\x9f]", REPLACEMENT))
end

return page_text

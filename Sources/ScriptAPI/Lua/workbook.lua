-- finlua.internal.workbook: tables as the sheets of an Excel workbook (Office Open XML), written from its first byte to its
-- last: a part is packed while its rows come, and no row is kept.
--
--   workbook.write(out, sheets, call)   -- `out` is an output of finlua.internal.output; the commit is the caller's
--   sheets: { { name =, rows =, columns =, format = { cost = "money" }, chart = { type =, x =, y =, title = } }, … }
local native = ...
local type, ipairs, pairs, tostring = type, ipairs, pairs, tostring
local concat, find, format, gsub, lower = table.concat, string.find, string.format, string.gsub, string.lower
local len = utf8.len
local rows, columns = require "finlua.internal.rows", require "finlua.internal.columns"
local formats, sheets = require "finlua.internal.formats", require "finlua.internal.sheet"
local charts = require "finlua.internal.sheet_chart"

local workbook = {}
local bad = rows.bad

local XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
local MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
local DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
local RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
local CONTENT = "application/vnd.openxmlformats-officedocument."
local LONGEST_NAME = 31 -- characters of a sheet's name: Excel's own
local FORMATS = { money = "#,##0.00", whole = "#,##0", percent = "0.0%" }

-- The name of a sheet, which no other one has.
local function check_name(name, place, taken, call)
  if name == nil then name = "Sheet" .. place end
  local problem
  if type(name) ~= "string" or name == "" or not len(name) then problem = "expected a text"
  elseif len(name) > LONGEST_NAME then problem = format("%q is longer than %d characters", name, LONGEST_NAME)
  elseif find(name, "[%[%]:*?/\\%c]") or find(name, "^'") or find(name, "'$") then
    problem = format("%q holds one of [ ] : * ? / \\, or an apostrophe at its edge", name)
  elseif taken[lower(name)] then problem = format("%q is there twice; case does not tell sheets apart", name)
  elseif lower(name) == "history" then problem = "Excel keeps the name History to itself"
  end
  if problem then bad(call, "the name of a sheet: " .. problem) end
  taken[lower(name)] = true
  return name
end

-- The index of a cell format for each field that has one; `codes` lists those of the workbook.
local function styles_of(wanted, fields, codes, call)
  local styles = {}
  if wanted == nil then return styles end
  if type(wanted) ~= "table" then bad(call, "format: expected { cost = \"money\" }") end
  local known = {}
  for _, field in ipairs(fields) do known[field] = true end
  for field, code in pairs(wanted) do
    if not known[field] then
      bad(call, format("format: there is no column %q; there are %s", tostring(field), concat(fields, ", ")),
        native.nearest(tostring(field), fields))
    end
    if type(code) ~= "string" or code == "" or not len(code) then
      bad(call, format("format: %s: expected \"money\", \"whole\", \"percent\" or a code such as \"#,##0.00\"", field))
    end
    code = FORMATS[code] or code
    if not codes[code] then
      codes[#codes + 1] = code
      codes[code] = sheets.DAY + #codes
    end
    styles[field] = codes[code]
  end
  return styles
end

local function each(list, change)
  local parts = {}
  for place, value in ipairs(list) do parts[place] = change(value, place) end
  return concat(parts)
end

local function styles_xml(codes)
  local function number_format(code, place)
    return format('<numFmt numFmtId="%d" formatCode="%s"/>', 164 + place, sheets.escape(code))
  end
  local function cell_format(_, place)
    return format('<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>', 164 + place)
  end
  return concat { XML, '<styleSheet xmlns="', MAIN, '"><numFmts count="', #codes + 1,
    '"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>', each(codes, number_format), "</numFmts>",
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>',
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
    '<cellXfs count="', #codes + 3, '"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>', each(codes, cell_format),
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>' }
end

local function types_xml(list)
  local function override(part, kind)
    return format('<Override PartName="/xl/%s" ContentType="%s%s+xml"/>', part, CONTENT, kind)
  end
  return concat { XML, '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    override("workbook.xml", "spreadsheetml.sheet.main"), override("styles.xml", "spreadsheetml.styles"),
    each(list, function(sheet, place)
      local sheet_type = override(format("worksheets/sheet%d.xml", place), "spreadsheetml.worksheet")
      return not sheet.chart and sheet_type or sheet_type
        .. override(format("drawings/drawing%d.xml", place), "drawing")
        .. override(format("charts/chart%d.xml", place), "drawingml.chart")
    end), "</Types>" }
end

-- Relations rId1, rId2, … to parts of the given kinds.
local function relations_xml(list)
  return concat { XML, '<Relationships xmlns="', RELATIONS, '">', each(list, function(relation, place)
    return format('<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>', place, DOCUMENT, relation[1], relation[2])
  end), "</Relationships>" }
end

local function book_xml(list)
  local function quoted(name) return "'" .. gsub(name, "'", "''") .. "'" end
  local filters = each(list, function(sheet, place)
    local range = sheet.writer:range()
    return range and format('<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">%s!%s</definedName>',
      place - 1, sheets.escape(quoted(sheet.name)), range) or ""
  end)
  return concat { XML, '<workbook xmlns="', MAIN, '" xmlns:r="', DOCUMENT, '"><bookViews><workbookView/></bookViews><sheets>',
    each(list, function(sheet, place)
      return format('<sheet name="%s" sheetId="%d" r:id="rId%d"/>', sheets.escape(sheet.name), place, place)
    end), "</sheets>", filters ~= "" and "<definedNames>" .. filters .. "</definedNames>" or "", "</workbook>" }
end

-- Everything that can be wrong with the options is, before the first byte is written.
local function prepared(given, call)
  local list, taken, codes = {}, {}, {}
  if type(given) ~= "table" or #given == 0 then
    bad(call, "sheets: expected a list of { name = \"Daily\", rows = daily }")
  end
  for place, sheet in ipairs(given) do
    if type(sheet) ~= "table" then bad(call, format("sheets[%d]: expected { name =, rows = }", place)) end
    rows.options(sheet, { "name", "rows", "columns", "format", "chart" }, call)
    local name = check_name(sheet.name, place, taken, call)
    local table = columns.read(sheet.rows, sheet.columns, call)
    list[place] = {
      name = name, table = table, styles = styles_of(sheet.format, table.fields, codes, call),
      chart = charts.check(sheet.chart, table.fields, call),
    }
  end
  rows.whole(given, #list, call)
  return list, codes
end

function workbook.write(out, given, call)
  local list, codes = prepared(given, call)
  local zip = native.zip_open()
  local function add(text) out:write(native.zip_add(zip, text)) end
  local function part(name, text)
    out:write(native.zip_begin(zip, name))
    if type(text) == "string" then add(text) else text(add) end
    out:write(native.zip_end(zip))
  end
  part("[Content_Types].xml", types_xml(list))
  part("_rels/.rels", relations_xml { { "officeDocument", "xl/workbook.xml" } })
  part("xl/styles.xml", styles_xml(codes))
  local relations = {}
  for place, sheet in ipairs(list) do
    local file = format("worksheets/sheet%d.xml", place)
    relations[place] = { "worksheet", file }
    part("xl/" .. file, function(write)
      sheet.writer = sheets.new(write, sheet.styles)
      formats.write(sheet.writer, out, sheet.table, call, nil, sheet.chart and "rId1")
    end)
    if sheet.chart then
      local drawing, chart = format("drawings/drawing%d.xml", place), format("charts/chart%d.xml", place)
      part(format("xl/worksheets/_rels/sheet%d.xml.rels", place), relations_xml { { "drawing", "../" .. drawing } })
      part("xl/" .. drawing, charts.drawing(#sheet.table.fields))
      part(format("xl/drawings/_rels/drawing%d.xml.rels", place), relations_xml { { "chart", "../" .. chart } })
      part("xl/" .. chart, charts.xml(sheet.chart, sheet.writer, sheet.name))
    end
  end
  relations[#relations + 1] = { "styles", "styles.xml" }
  part("xl/workbook.xml", book_xml(list))
  part("xl/_rels/workbook.xml.rels", relations_xml(relations))
  out:write(native.zip_finish(zip))
end

return workbook

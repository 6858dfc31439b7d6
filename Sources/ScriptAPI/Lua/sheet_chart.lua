-- finlua.internal.sheet_chart: a chart of a workbook as the XML of DrawingML. It refers to cells of its sheet, and so
-- follows what is changed there.
--
--   charts.check(options, fields, call)   -- { type = "stacked", x = "day", y = { "cost" }, title = "Cost" }, checked
--   charts.xml(chart, sheet, name)        -- `sheet` is finished, `name` its name
--   charts.drawing(columns)               -- where it stands: beside a table of so many columns
local native = ...
local ipairs, type = ipairs, type
local concat, format, gsub, max = table.concat, string.format, string.gsub, math.max
local rows, sheets = require "finlua.internal.rows", require "finlua.internal.sheet"

local charts = {}
local bad = rows.bad

-- What tells the types apart: the element, what stands before its series, and what after them.
local TYPES = {
  line = { "lineChart", '<c:grouping val="standard"/>', '<c:marker val="1"/>' },
  column = { "barChart", '<c:barDir val="col"/><c:grouping val="clustered"/>', '<c:gapWidth val="60"/>' },
  stacked = { "barChart", '<c:barDir val="col"/><c:grouping val="stacked"/>',
    '<c:gapWidth val="60"/><c:overlap val="100"/>' },
  bar = { "barChart", '<c:barDir val="bar"/><c:grouping val="clustered"/>', '<c:gapWidth val="60"/>', is_turned = true },
  area = { "areaChart", '<c:grouping val="stacked"/>', "" },
  pie = { "pieChart", '<c:varyColors val="1"/>', '<c:firstSliceAng val="0"/>', has_no_axes = true },
}
local NAMES = { "line", "column", "stacked", "bar", "area", "pie" }
-- Okabe and Ito's colours, which those who see colours otherwise tell apart too.
local COLOURS = { "0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "F0E442", "000000" }

local function fill(index)
  return format('<a:solidFill><a:srgbClr val="%s"/></a:solidFill>', COLOURS[(index - 1) % #COLOURS + 1])
end

-- What a series of the type has before its cells, and after them.
local BEFORE = { lineChart = '<c:marker><c:symbol val="none"/></c:marker>', barChart = '<c:invertIfNegative val="0"/>' }
local AFTER = { lineChart = '<c:smooth val="0"/>' }

local function place_of(field, what, fields, call)
  for place, name in ipairs(fields) do
    if name == field then return place end
  end
  bad(call, format("chart: %s: there is no column %q; there are %s", what, field, concat(fields, ", ")),
    native.nearest(field, fields))
end

function charts.check(options, fields, call)
  if options == nil then return end
  options = rows.options(options, { "type", "x", "y", "title" }, call)
  local kind = options.type or "line"
  if type(kind) ~= "string" or not TYPES[kind] then
    bad(call, format("chart: type: expected one of %s", concat(NAMES, ", ")),
      type(kind) == "string" and native.nearest(kind, NAMES) or nil)
  end
  if options.title ~= nil and type(options.title) ~= "string" then bad(call, "chart: title: expected a text") end
  local x = options.x or fields[1]
  if type(x) ~= "string" then bad(call, "chart: x: expected the name of a column") end
  local chart = { type = TYPES[kind], title = options.title, x = place_of(x, "x", fields, call), y = {} }
  for index, field in ipairs(rows.names(options.y, nil, call, "chart: y")) do
    chart.y[index] = place_of(field, "y", fields, call)
  end
  if #chart.y == 0 then bad(call, "chart: y is empty", "write y = { \"cost\" }") end
  if TYPES[kind].has_no_axes and #chart.y > 1 then bad(call, "chart: a pie shows one column; y names more") end
  return chart
end

local function title_xml(title)
  if not title then return '<c:autoTitleDeleted val="1"/>' end
  return '<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr/></a:pPr><a:r><a:rPr lang="en-US"/><a:t>'
    .. sheets.escape(title) .. '</a:t></a:r></a:p></c:rich></c:tx><c:layout/><c:overlay val="0"/></c:title>'
    .. '<c:autoTitleDeleted val="0"/>'
end

-- Cells by reference; what they hold is read from the sheet.
local function cells(name, place, first, last)
  local letters = sheets.letters(place)
  local text = format("'%s'!$%s$%d", gsub(name, "'", "''"), letters, first)
  if last then text = text .. format(":$%s$%d", letters, last) end
  return "<c:f>" .. sheets.escape(text) .. "</c:f>"
end

local AXES = [[<c:%s><c:axId val="1"/><c:scaling><c:orientation val="%s"/></c:scaling><c:delete val="0"/>]]
  .. [[<c:axPos val="%s"/><c:numFmt formatCode="%s" sourceLinked="1"/><c:majorTickMark val="out"/>]]
  .. [[<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="2"/><c:crosses val="autoZero"/>]]
  .. [[<c:auto val="1"/>%s<c:lblOffset val="100"/>%s</c:%s>]]
  .. [[<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>]]
  .. [[<c:axPos val="%s"/><c:majorGridlines/><c:numFmt formatCode="#,##0" sourceLinked="0"/>]]
  .. [[<c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/>]]
  .. [[<c:crosses val="%s"/><c:crossBetween val="%s"/></c:valAx>]]

local function axes_xml(kind, has_days)
  if kind.has_no_axes then return "" end
  local axis = has_days and "dateAx" or "catAx"
  local between = kind[1] == "areaChart" and "midCat" or "between"
  -- Bars are read from the top, as the rows of the table are.
  return format(AXES, axis, kind.is_turned and "maxMin" or "minMax", kind.is_turned and "l" or "b",
    has_days and "yyyy\\-mm\\-dd" or "General", has_days and "" or '<c:lblAlgn val="ctr"/>',
    has_days and '<c:baseTimeUnit val="days"/>' or "", axis, kind.is_turned and "b" or "l",
    kind.is_turned and "max" or "autoZero", between)
end

-- The colour of a series; of a pie, of each of its parts.
local function shape_xml(kind, index, parts)
  if kind[1] == "lineChart" then return format('<c:spPr><a:ln w="25400">%s</a:ln></c:spPr>', fill(index)) end
  if not kind.has_no_axes then return format("<c:spPr>%s</c:spPr>", fill(index)) end
  local points = {}
  for part = 1, parts do
    points[part] = format('<c:dPt><c:idx val="%d"/><c:bubble3D val="0"/><c:spPr>%s</c:spPr></c:dPt>', part - 1, fill(part))
  end
  return concat(points)
end

function charts.xml(chart, sheet, name)
  local kind, series, last = chart.type, {}, max(sheet.count + 1, 2)
  local has_days = sheet.has_day[chart.x]
  local reference = has_days and "numRef" or "strRef"
  for index, place in ipairs(chart.y) do
    series[index] = format(
      '<c:ser><c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef>%s</c:strRef></c:tx>%s%s<c:cat><c:%s>%s</c:%s></c:cat>'
        .. "<c:val><c:numRef>%s</c:numRef></c:val>%s</c:ser>", index - 1, index - 1, cells(name, place, 1),
      shape_xml(kind, index, last - 1), BEFORE[kind[1]] or "", reference, cells(name, chart.x, 2, last), reference, cells(name, place, 2, last),
      AFTER[kind[1]] or "")
  end
  return concat {
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"',
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    '<c:roundedCorners val="0"/><c:chart>', title_xml(chart.title), "<c:plotArea><c:layout/><c:", kind[1], ">", kind[2],
    concat(series), kind[3], kind.has_no_axes and "" or '<c:axId val="1"/><c:axId val="2"/>', "</c:", kind[1], ">",
    axes_xml(kind, has_days), '</c:plotArea><c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>',
    '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>',
  }
end

local DRAWING = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  .. '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
  .. ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>'
  .. "<xdr:from><xdr:col>%d</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
  .. "<xdr:to><xdr:col>%d</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>24</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
  .. '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart 1"/><xdr:cNvGraphicFramePr/>'
  .. '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
  .. '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
  .. '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
  .. ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
  .. "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"

function charts.drawing(columns) return format(DRAWING, columns + 1, columns + 13) end

return charts

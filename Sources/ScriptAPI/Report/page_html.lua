-- finlua.internal.page_html: a page as one HTML document that needs nothing else: its style and the script that sorts
-- tables stand in it, and its policy forbids everything but these two.
local native = ...
local ipairs = ipairs
local format = string.format
local text, tables = require "finlua.internal.page_text", require "finlua.internal.page_table"
local figures, chart = require "finlua.internal.page_figures", require "finlua.internal.chart"
local svg = require "finlua.internal.chart_svg"

local escape = text.escape
local style, style_hash, script, script_hash = native.page_style()

local RENDER = {
  text = function(block) return "<div class=\"prose\">" .. text.paragraphs(block.text) .. "</div>" end,
  figures = figures.html,
  table = tables.html,
  chart = chart.html,
}

local ROUNDING = "Numbers are rounded for show, half to even; totals are exact sums, rounded once. A dash is no value."

-- The parts of the document in order, handed to `write`.
return function(page, write)
  write(format([[<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta name="generator" content="finlua"/>
<title>%s</title>
<style>%s</style>
</head>
<body>
]], escape(page.lang), style_hash, script_hash, escape(page.title), style))
  local has_charts = false
  for _, block in ipairs(page.blocks) do has_charts = has_charts or block.kind == "chart" end
  if has_charts then write(svg.patterns() .. "\n") end
  write("<header>\n<h1>" .. escape(page.title) .. "</h1>\n")
  if page.subtitle then write("<p class=\"subtitle\">" .. escape(page.subtitle) .. "</p>\n") end
  write("</header>\n<main>\n")
  local is_open = false
  for place, block in ipairs(page.blocks) do
    if block.kind == "heading" then
      if is_open then write("</section>\n") end
      is_open = true
      write(format("<section aria-labelledby=\"s%d\">\n<h2 id=\"s%d\">%s</h2>\n", place, place, escape(block.text)))
    else
      write(RENDER[block.kind](block, "b" .. place) .. "\n")
    end
  end
  if is_open then write("</section>\n") end
  write("</main>\n<footer>\n")
  if page.footer then write("<p>" .. escape(page.footer) .. "</p>\n") end
  write("<p>" .. escape(format("Written %s (UTC). ", page.written) .. ROUNDING) .. "</p>\n</footer>\n")
  write("<script>" .. script .. "</script>\n</body>\n</html>\n")
end

local csv, json = require "finlua.csv", require "finlua.json"
local function fields(row)
  local list = {}
  for name, value in pairs(row) do
    list[#list + 1] = ("%s=%s"):format(name, type(value) == "table" and "day " .. tostring(value) or json.encode(value))
  end
  table.sort(list)
  return table.concat(list, " ")
end
local function show(text, options)
  local ok, problem = pcall(function()
    for row in csv.parse(text, options) do print(fields(row)) end
  end)
  if type(problem) == "string" then error(problem, 0) end
  if not ok then print(problem.code .. ": " .. problem.message .. (problem.hint and " / " .. problem.hint or "")) end
  print "--"
end

-- every kind of field and of line end
show 'first,last\nJohn,"120 any st., Anytown"\n'
show 'a,b,c\n1,"",""\n,"",3'
show 'a,b\n1,"ha ""ha"" ha"\n2,""""\n'
show 'key,json\n1,"{""type"": ""Point"", ""at"": [102.0, 0.5]}"\n'
show 'a,b,c\r\n1,"Once upon \na time",2\r\n3,4,"5\r\n6\r7"\r\n'
show 'a,b\r1,2\r3,4'
show 'a,b\n1,ʤ\n漢字,"ñ"'
show '\xEF\xBB\xBFa,b\n 1 ,"2"\n'
show '"a b","c\nd"\nx,y\n'
show "a,b\n\n1,2\n\n\r\n"
show "a\n1\n\n2\n"
show "a\n"
show("a;b\n1,5;2", { separator = ";" })
show("a\tb\n1\t2,3", { separator = "\t" })
show('1,,"x"\n,2,\n', { header = false })
show("", { header = false })

-- types
show("day,team,headcount,share\n2026-10-01,007,12,0.5\n2026-10-02,,-3,1e3\n2026-10-01,x,,\"7\"\n",
  { types = { headcount = "number", share = "number", day = "date", team = "text" } })
show("2026-10-01,5\n", { header = false, types = { "date", "number" } })
for row in csv.parse("n\n9223372036854775807\n9007199254740993\n5.0\n-0", { types = { n = "number" } }) do
  print(math.type(row.n), json.encode(row.n))
end
show("a,n\n1,2\n2,007", { types = { n = "number" } })
show('a,n\n"1\n2",2\n2,"1,5"', { types = { n = "number" } })
show("a;n\n1;1,5", { separator = ";", types = { n = "number" } })
show('n,m\n"",1\n', { types = { n = "number" } })
show("n\n 1\n", { types = { n = "number" } })
show("n\nnan\n", { types = { n = "number" } })
show("day\n2026-10-01\n2026-02-30\n", { types = { day = "date" } })
show("day\n2026-10-01\n", { types = { dya = "date" } })
show("day\n2026-10-01\n", { types = { day = "time" } })
show("1,2\n", { header = false, types = { [3] = "number" } })

-- what could only be guessed
show ""
show "a,b,a\n1,2,3"
show "a,,c\n1,2,3"
show 'a,""\n1,2'
show "a;b\n1;2"
show "a\tb\n1\t2"
show "a,b\n1,2\n3"
show "a,b\n\n1,2\n3,4,5\n"
show 'a,b\n1,"2\n3,4\n'
show 'a,b\n1,"\n\n'
show 'a,b\n1,"2"x\n'
show 'a,b\n1,"2" \n'
show 'a,b\n1,2"\n'
show "a,b\n1,\0\n"
show "a,b\n1,2\n3,\xFF\n"
show("a,b", { separator = ",," })
show("a,b", { separator = '"' })
show("a,b", { seperator = ";" })
show("a,b", { header = "a" })
show(5)
local following = csv.parse "a,b\n1,2\n3\n4,5\n"
print(following().a, (pcall(following)), select(2, pcall(following)).message)

-- and back
print((csv.encode({ { day = "2026-10-01", cost = 0.1, note = 'a, "b"' }, { note = "", cost = 1e21 } }):gsub("\r\n", "|")))
print((csv.encode({ { a = 1, b = true } }, { columns = { "b" }, header = false }):gsub("\r\n", "|")))
local state = 20261120
local function random(count)
  state = (state * 1103515245 + 12345) % 2147483648
  return state // 65536 % count
end
local pieces = { "a", "b", ",", '"', "\n", "\r", "\r\n", " ", "é", "漢", "1", ";", "\t", "=", "" }
local function text()
  local parts = {}
  for place = 1, random(7) do parts[place] = pieces[random(#pieces) + 1] end
  return table.concat(parts)
end
local compared = 0
for _ = 1, 2000 do
  local rows, columns = {}, {}
  for place = 1, 1 + random(4) do columns[place] = place .. text() end
  for place = 1, random(5) do
    rows[place] = {}
    for _, column in ipairs(columns) do
      if place == 1 or random(5) > 0 then rows[place][column] = text() end
    end
  end
  local place = 0
  -- A header of one column that looks like several is refused where "," separates.
  if #columns > 1 then
    for row in csv.parse(csv.encode(rows, { columns = columns })) do
      place = place + 1
      for _, column in ipairs(columns) do
        assert(row[column] == rows[place][column])
        compared = compared + 1
      end
    end
    assert(place == #rows)
  end
end
print(compared > 5000)

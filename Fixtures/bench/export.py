"""Seconds for 300,000 rows in each format, rows made on the way, as export.lua writes them."""

import csv
import json
import sqlite3
import time

import openpyxl

ROWS = 300000
COLUMNS = ("day", "account", "service", "cost")


def source():
    for place in range(ROWS):
        yield (
            "2026-%02d-%02d" % (place // 28000 % 12 + 1, place // 1000 % 28 + 1),
            "account %d" % (place % 1000),
            "Amazon Service %d" % (place % 40) if place % 7 else None,
            place / 7,
        )


def write_csv():
    with open("python.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(source())


def write_ndjson():
    with open("python.ndjson", "w") as file:
        for row in source():
            file.write(json.dumps(dict(zip(COLUMNS, row))) + "\n")


def write_json():
    with open("python.json", "w") as file:
        json.dump([dict(zip(COLUMNS, row)) for row in source()], file)


def write_xlsx():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for row in source():
        sheet.append(row)
    book.save("python.xlsx")


def write_sqlite():
    connection = sqlite3.connect("python.sqlite")
    connection.execute("create table costs (day text, account text, service text, cost real)")
    connection.execute("create unique index costs_key on costs (day, account)")
    connection.executemany("insert into costs values (?, ?, ?, ?)", source())
    connection.commit()
    connection.close()


for name, write in [
    ("csv", write_csv),
    ("ndjson", write_ndjson),
    ("json", write_json),
    ("xlsx", write_xlsx),
    ("sqlite", write_sqlite),
]:
    began = time.process_time()
    write()
    print(f"{name}\t{time.process_time() - began:.3f}")

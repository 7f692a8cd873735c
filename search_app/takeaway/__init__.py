"""What readers take along: files, the feed, the basket.

Door: basket, exports.csv_file, exports.docx_file, exports.json_file, exports.xlsx_file, extracts, feed.
"""

"""What readers take along: files, the feed, the basket.

Door: asked, basket, echoed, exports.csv_file, exports.docx_file, exports.json_file, exports.letter, exports.note,
exports.note_docx, exports.note_xlsx, exports.xlsx_file, extracts, feed, outcomes.
"""

"""What the archive says as a whole: cities, trends, tables, differences.

Door: about, arrivals, asks.questions, asks.requests, by_city, city.answers, city.mentions, city.page, city.topics,
city.words, doors, echoes.praised, echoes.unchanged, examples, kept, matrix, overview, plan_table, trends.
"""

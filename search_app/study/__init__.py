"""What the archive says as a whole: cities, trends, tables, differences.

Door: about, arrivals, by_city, city.answers, city.mentions, city.page, city.plan_table, city.topics, city.words, doors,
examples, kept, matrix, overview, questions, requests, trends.
"""

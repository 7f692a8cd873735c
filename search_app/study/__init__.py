"""What the archive says as a whole: cities, trends, tables, differences.

Door: about, arrivals, asks.questions, asks.requests, by_city, city.answers, city.mentions, city.page,
city.plan_table, city.story, city.topics, city.words, doors, drawing.charts, drawing.citymap, drawing.land,
drawing.ring, echoes.praised, echoes.unchanged, examples, kept, matrix, movers, overview, solvable, tables, trends,
versions.compare.
"""

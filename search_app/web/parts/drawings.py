"""Drawings as files of their own: what one shows stands above it, where it is from below it."""

from __future__ import annotations

from textwrap import wrap

from flask import Response, render_template
from markupsafe import Markup

from search_app.study.drawing.charts import DotChart, LineChart
from search_app.study.drawing.citymap import CityMap
from search_app.study.drawing.land import land_svg
from search_app.study.drawing.ring import Ring
from search_app.web.downloads import named
from search_app.web.serving import served_engine
from search_app.web.standing import site_root

_TITLE_LETTER = 9.8
"""Room for a letter of a drawing's title, whatever the viewer's font."""


def drawing(shape: str, chart: LineChart | DotChart | CityMap | Ring, title: str, plain: str) -> Response:
    """``chart`` as an SVG file for documents and slides; ``shape`` names what draws it in the template."""
    engine = served_engine()
    drawn = render_template(
        "drawing.svg",
        shape=shape,
        chart=chart,
        titles=wrap(title, int(chart.width / _TITLE_LETTER)) or [title],
        source=site_root(),
        created=engine.manifest.created,
        land=Markup(land_svg(engine.vocabulary)) if shape == "map" else "",  # Ours, from a file of the package.
    )
    return named(Response(drawn, mimetype="image/svg+xml"), title[:80].replace(":", ""), plain)

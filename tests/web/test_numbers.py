"""What a link says is what its page counts: every link with a number on every page is followed and counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask.testing import FlaskClient
from lxml import html

QUERIES = ("онлайн", "благоустройство дорог", "работа с обращениями граждан")
PLACES = [
    "/",
    "/trends",
    "/about",
    "/help",
    "/search",
    "/search?view=matrix",
    "/search?repeats=show",
    "/search?year_from=2015",
]
PLACES += [
    f"{place}q={query}{more}"
    for query in QUERIES
    for place, more in (
        ("/search?", ""),
        ("/search?", "&repeats=show"),
        ("/search?", "&view=cities"),
        ("/search?", "&view=matrix"),
        ("/search?", "&view=map"),
        ("/trends?", ""),
        ("/basket?", ""),
    )
]
NUMBER = re.compile(r"\d[\d\u00a0\u202f ]*")
COUNTED = re.compile(r"(\d[\d\u00a0\u202f ]*)\s+ответ")
MOST_OF_A_PAGE = 60
"""Links followed of each page, spread over it: a matrix has a thousand alike."""


def read(site: FlaskClient, address: str) -> html.HtmlElement:
    answer = site.get(address, follow_redirects=True)
    assert answer.status_code == 200, address
    return html.document_fromstring(answer.text)


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def counted(page: html.HtmlElement) -> int:
    """How many answers a page says that it has, or shows."""
    parts = page.xpath("//article[contains(@class, 'report')]//div[@class='part']")
    if parts:
        return len(parts)
    said = page.xpath("//div[@class='city']/p[@class='lead']") or page.xpath("//h1")
    found = COUNTED.search(said[0].text_content())
    return number(found[1]) if found else 0


def promises(page: html.HtmlElement) -> Iterator[tuple[str, int]]:
    """Addresses with the number of answers that the page says they have."""
    for link in page.xpath("//main//a[@href]"):
        address = link.get("href")
        if not address.startswith(("/search", "/cities/", "/reports/")) or "#" in address or link.get("aria-label"):
            continue
        said = said_by(link)
        if said is not None:
            yield address, said


def said_by(link: html.HtmlElement) -> int | None:
    title, beside = link.find("title"), link.getnext()
    if title is not None:
        return number(title.text.rpartition(":")[2])
    own = link.text_content().strip()
    if NUMBER.fullmatch(own) and link.getparent().tag != "th":
        return number(own)
    found = COUNTED.match(own)
    if found:
        return number(found[1])
    if beside is not None and beside.get("class") == "count":
        said = NUMBER.search(beside.text_content())
        return number(said[0]) if said else None
    row = link.getparent().getparent() if link.getparent().tag == "th" else None
    sums = row.xpath("td[@class='sum']") if row is not None else []
    if sums:
        return number(sums[0].text_content())
    quiet = link.getparent().xpath("span[@class='quiet']")
    drawn = "multiples" in str(link.getparent().getparent().get("class"))
    told = COUNTED.match(quiet[0].text_content()) if quiet and drawn else None
    return number(told[1]) if told else None


def boxes(page: html.HtmlElement) -> Iterator[tuple[str, int]]:
    """What each check box of a filter promises, where nothing of its kind is chosen yet."""
    carried = [(one.get("name"), one.get("value")) for one in page.xpath("//form[@id='search']//input")]
    carried += [
        (one.getparent().get("name"), one.text)
        for one in page.xpath("//select/option[@selected]")
        if one.text.isdecimal()
    ]
    for panel in page.xpath("//fieldset[@data-facet]"):
        if panel.xpath(".//input[@checked] | .//option[@selected]"):
            continue
        for box in panel.xpath(".//input[@type='checkbox']"):
            said = box.getparent().xpath("span[@class='count']")[0].text_content()
            pairs = [*carried, (box.get("name"), box.get("value"))]
            yield "/search?" + "&".join(f"{name}={value or ''}" for name, value in pairs if value), number(said)


def folds(page: html.HtmlElement) -> list[tuple[str, int]]:
    """«ещё 12» above other than twelve."""
    wrong = []
    for summary in page.xpath("//summary"):
        said = re.match(r"\s*ещё (\d+)", summary.text_content())
        items = len(summary.getparent().xpath(".//li"))
        if said and int(said[1]) != items:
            wrong.append((summary.text_content(), items))
    return wrong


def test_what_a_link_says_is_what_its_page_counts(site: FlaskClient) -> None:
    first = read(site, "/")
    cities = list(first.xpath("//tbody/tr/th/a/@href"))[:12]
    known: dict[str, int] = {}
    wrong, followed = [], 0
    for address in [*PLACES, *cities]:
        page = read(site, address)
        wrong += [(address, *fold) for fold in folds(page)]
        names = set(page.xpath("//@id"))
        assert {target[1:] for target in page.xpath("//a/@href") if target.startswith("#")} <= names, address
        links = list(promises(page))
        ticks = list(boxes(page))
        for group in (links, ticks):
            for target, said in group[:: max(1, len(group) // MOST_OF_A_PAGE)]:
                if target not in known:
                    known[target] = counted(read(site, target))
                followed += 1
                if known[target] != said:
                    wrong.append((address, target, said, known[target]))
    assert followed > 300
    assert wrong == []


def test_folded_and_unfolded_counts_are_told_apart(site: FlaskClient) -> None:
    folded, unfolded = read(site, "/search"), read(site, "/search?repeats=show")
    told = " ".join(text.text_content() for text in folded.xpath("//details[@class='understood']/p"))
    if counted(folded) == counted(unfolded):
        assert "повтор" not in told
    else:
        assert f"вместе с повторами {counted(unfolded)}" in re.sub(r"(?<=\d)[\u00a0\u202f](?=\d)", "", told)


def test_what_grew_and_what_fell_leads_to_its_answers(site: FlaskClient) -> None:
    document = read(site, "/trends")
    items = document.xpath("//section[@aria-labelledby='grown' or @aria-labelledby='fallen']//li")
    assert items
    for item in items:
        for link, told in zip(
            item.xpath("./a")[::-1], item.find("span").text_content().split(" и ")[::-1], strict=False
        ):
            assert counted(read(site, link.get("href"))) == number(told), link.get("href")

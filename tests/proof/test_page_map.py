"""A page's name stands for what the navigation says, whoever of the visitors has read it."""

from backend.proof.page_map import PageMap


def test_a_page_that_only_some_visitors_are_offered_is_looked_for_again() -> None:
    pages = PageMap({"Prices": "/price-list"})
    pages.learn({"Sign in": {"/sign-in"}})  # as it is for whoever is not signed in

    assert pages.needs_home("Repairs")
    pages.learn({"Repairs": {"/repairs"}})

    assert not pages.needs_home("Repairs")
    assert pages.known_path("Repairs") == "/repairs"
    assert pages.known_path("Sign in") == "/sign-in"


def test_a_page_that_the_blueprint_names_needs_no_navigation() -> None:
    pages = PageMap({"Prices": "/price-list"})

    assert [pages.needs_home("Prices"), pages.needs_home("/reports")] == [False, False]
    assert pages.known_path("Prices") == "/price-list"

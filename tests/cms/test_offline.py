"""The page for when there is no connection names nobody, and the worker keeps that page only."""


def test_the_offline_page_is_the_same_for_everybody(client, amara, db):
    before = client.get("/offline/").content
    client.force_login(amara)
    assert client.get("/offline/").content == before
    assert b"You are offline" in before


def test_the_worker_keeps_no_page_of_a_person(client, db):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "/offline/" in answer.text
    assert "/learn/" not in answer.text

"""The pages, on the same actions and selectors as the API.

A room for each kind of reader (patient, officer, auditor, administrator) holds its `urls.py`, its
links in `nav.py`, views and presenters; templates lie in templates/ROOM and show what presenters made.
Shared:

    door.py       `@page`: the one door of errors; `needs`, `who`, `version_of`
    forms.py      a dataclass of questions as a form: `Form(details).read(call.POST).raw()` is what the
                  API would be sent, `refuse(bad_input)` puts each problem at its field
    once.py       a form does its thing once, however often it is sent
    parts.py      what the templates below templates/parts show: tags, summary lists, timelines, tables
    said.py       answers in words
    context.py    what stands on every page; navigation.py where each role can go
"""

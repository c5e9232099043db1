"""Registers as files: asked for, written by the worker in sealed pieces, fetched while they last.

asked      what is asked: which register, which filter, which form, and for whom
sources    the registers as data: their columns, their rows after a cursor, who may
jobs       one export as a job: claimed, written piece by piece, taken up again, ended
making     one piece made ready to be kept
beside     every other piece made by a second process
csv_form, xlsx, pdf   the forms
files      the bytes of a finished one
"""

"""Tests of the api: one file per module, each request over the whole application."""

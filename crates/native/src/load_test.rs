//! A load test from the request to the report. Only `border` knows Python.

pub(crate) mod border;

mod flows;
mod loading;
mod report;
mod request;

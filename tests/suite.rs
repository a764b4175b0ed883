//! The suite: one binary that speaks HTTP with real servers, on both databases.

mod harness;

mod acceptance;
mod access;
mod appointments;
mod approval;
mod attendance;
mod backup;
mod calendar;
mod campaigns;
mod certificates;
mod contract;
mod council;
mod documents;
mod federation;
mod groups;
mod http;
mod initiatives;
mod lists;
mod meetings;
mod minutes;
mod nation;
mod notices;
mod organising;
mod pages;
mod personal_data;
mod protection;
mod records;
mod review;
mod seats;
mod statements;
mod statistics;
mod story;
mod tokens;
mod visits;

//! The rule of survival, sentence by sentence, and its proof by crashing at every operation. Everything runs in one process
//! against a counted cloud, with a clock that jumps, a person who follows a script, and a journal in memory.

#[macro_use]
mod forward;

mod cloud;
mod crash;
mod functions;
mod handles;
mod lab;
mod mutants;
mod nested;
mod people;

mod approval;
mod crash_proof;
mod doubt;
mod rule;
mod scripts;
mod sticky;
mod structure;

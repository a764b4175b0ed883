//! Visits to inform, inspire and challenge: who may ask, who answers, and who sees it.

mod asking;

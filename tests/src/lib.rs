//! Empty: the suite is this package's test, and a package needs a library or a program.

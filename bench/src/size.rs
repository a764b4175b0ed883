//! How much is put into a database.

use std::str::FromStr;

/// How many there are of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// What it is called.
    pub name: &'static str,
    /// Over how many counties everything is spread.
    pub counties: usize,
    /// Organisations that take part.
    pub organisations: usize,
    /// Workplaces: units of these organisations.
    pub workplaces: usize,
    /// People, each a member of one organisation.
    pub people: usize,
    /// Trainings.
    pub trainings: usize,
    /// Occasions of these trainings.
    pub occasions: usize,
    /// Sign-ups, those that have been withdrawn among them.
    pub sign_ups: usize,
    /// Groups.
    pub groups: usize,
    /// Seats in these groups.
    pub seats: usize,
    /// Meetings of these groups.
    pub meetings: usize,
    /// Further units of the first region.
    pub region_units: usize,
}

/// Enough to run everything once: for tests.
pub const TINY: Size = Size {
    name: "tiny",
    counties: 2,
    organisations: 40,
    workplaces: 100,
    people: 800,
    trainings: 60,
    occasions: 240,
    sign_ups: 2_000,
    groups: 50,
    seats: 800,
    meetings: 500,
    region_units: 100,
};

/// One county: 700 organisations and workplaces.
pub const COUNTY: Size = Size {
    name: "county",
    counties: 1,
    organisations: 200,
    workplaces: 500,
    people: 10_000,
    trainings: 500,
    occasions: 3_000,
    sign_ups: 100_000,
    groups: 300,
    seats: 5_000,
    meetings: 20_000,
    region_units: 20_000,
};

/// All counties of Sweden: 14,700 organisations and workplaces.
pub const NATION: Size = Size {
    name: "nation",
    counties: 21,
    organisations: 4_200,
    workplaces: 10_500,
    people: 210_000,
    trainings: 10_000,
    occasions: 60_000,
    sign_ups: 2_000_000,
    groups: 6_300,
    seats: 105_000,
    meetings: 420_000,
    region_units: 20_000,
};

impl FromStr for Size {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        [TINY, COUNTY, NATION]
            .into_iter()
            .find(|size| size.name == name)
            .ok_or_else(|| format!("there is no size `{name}`; there are tiny, county and nation"))
    }
}

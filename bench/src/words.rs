//! What invented things are called.

/// What trainings are about, as titles begin.
pub const TOPICS: [&str; 16] = [
    "Barnets rättigheter",
    "Barnkonventionen",
    "Barn som anhöriga",
    "Barn som far illa",
    "Våld i nära relationer",
    "Samtal med barn",
    "Barnrättsperspektiv",
    "Prövning av barnets bästa",
    "Barns delaktighet",
    "Föräldraskapsstöd",
    "Nationella minoriteters barn",
    "Jämställdhet från början",
    "Orosanmälan",
    "Samverkan kring barn",
    "Barnbokslut",
    "Tidiga insatser",
];

/// For what or whom, as titles go on.
pub const SETTINGS: [&str; 12] = [
    "i vardagen",
    "i vården",
    "i tandvården",
    "i socialtjänsten",
    "i förskolan",
    "i skolan",
    "för chefer",
    "för förtroendevalda",
    "för nya medarbetare",
    "i föreningslivet",
    "i planeringen",
    "i kulturen",
];

/// What kind of training it is, as titles end.
pub const KINDS: [&str; 5] = [
    "grundkurs",
    "fördjupning",
    "workshop",
    "repetition",
    "fortbildning",
];

/// Sentences of descriptions.
pub const SENTENCES: [&str; 14] = [
    "Utbildningen ger en gemensam grund för alla som möter barn i sitt arbete.",
    "Deltagarna arbetar med egna exempel och får stöd att föra dem vidare på arbetsplatsen.",
    "Vi går igenom lagens krav och vad de betyder i praktiken.",
    "Barn och unga har varit med och tagit fram innehållet.",
    "Ingen förkunskap behövs, bara nyfikenhet.",
    "Förbered dig genom att läsa barnkonventionens artiklar 2, 3, 6 och 12.",
    "Passet avslutas med en övning i att pröva barnets bästa.",
    "Materialet får spridas fritt inom den egna organisationen.",
    "Lokalen är tillgänglig, och det finns hörslinga.",
    "Föreläsarna kommer från flera av länets samverkansparter.",
    "Efteråt kan du redogöra för hur beslut som rör barn dokumenteras.",
    "Utbildningen är en del av länets gemensamma handlingsplan.",
    "Vi bjuder på fika och lunch.",
    "Platserna fördelas mellan organisationerna efter storlek.",
];

/// Given names, none of them of anybody in particular.
pub const GIVEN_NAMES: [&str; 24] = [
    "Alva", "Björn", "Cecilia", "David", "Elsa", "Farah", "Gunnar", "Hanna", "Ibrahim", "Johanna",
    "Karin", "Lars", "Maja", "Nils", "Olivia", "Petter", "Quang", "Ronja", "Sara", "Tove", "Ulf",
    "Vera", "Yasmin", "Åsa",
];

/// Family names.
pub const FAMILY_NAMES: [&str; 24] = [
    "Ahlgren",
    "Berggren",
    "Cederholm",
    "Dalén",
    "Ekström",
    "Falk",
    "Granqvist",
    "Hedberg",
    "Isaksson",
    "Jansson",
    "Kaya",
    "Lindhagen",
    "Mattsson",
    "Nordin",
    "Osman",
    "Palmgren",
    "Rydell",
    "Sjögren",
    "Tapper",
    "Uddén",
    "Wallin",
    "Yildiz",
    "Åkesson",
    "Öberg",
];

/// What associations are called.
pub const ASSOCIATIONS: [&str; 8] = [
    "Föreningen Lyktan",
    "Stiftelsen Vindrosen",
    "Barnens Förening",
    "Nätverket Tillsammans",
    "Föreningen Trygg Start",
    "Idrottsföreningen Gryningen",
    "Läxhjälpen",
    "Föräldrakraft",
];

/// Where occasions are held.
pub const PLACES: [&str; 8] = [
    "Stadshuset",
    "Regionens hus",
    "Folkets hus",
    "Kulturhuset",
    "Länsstyrelsen",
    "Stadsbiblioteket",
    "Folkhögskolan",
    "Konserthuset",
];

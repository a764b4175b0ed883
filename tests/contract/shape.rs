//! The shape of the schema, read from the SDL: no server is needed.

use super::sdl::{FieldOf, Kind, Sdl};

/// The lists that are no connections, because they cannot grow beyond what one answer holds. It may only shrink.
const BOUNDED: &[(&str, &str)] = &[
    ("AgendaItem.children", "what one meeting has time for"),
    ("AgendaItem.documents", "at most 100"),
    ("AgendaItem.guests", "named one by one for one item"),
    ("Meeting.absences", "at most one a seat"),
    ("Meeting.agenda", "what one meeting has time for"),
    ("Meeting.attendance", "the people of one room"),
    ("Meeting.documents", "at most 100"),
    (
        "Meeting.registrations",
        "one an organisation that takes part",
    ),
    ("Meeting.substitutions", "a few calls a seat"),
    ("Meeting.minutes", "the minutes and their few corrections"),
    ("Meeting.decisions", "what one meeting decides"),
    ("AgendaItem.decisions", "what is decided on one item"),
    ("Decision.actions", "what carries one decision out"),
    ("Minutes.decisions", "what one meeting decides"),
    (
        "Minutes.extracts",
        "a few extracts of one meeting's minutes",
    ),
    ("MinutesExtract.decisions", "what one meeting decides"),
    ("MinutesExtract.recipients", "at most a hundred are named"),
    ("Minutes.verifiers", "two"),
    (
        "Minutes.versions",
        "what two or three people saved of one text",
    ),
    ("MeetingSeries.rules", "changed a few times a year"),
    ("Group.conveners", "a few organisations share the work"),
    (
        "Group.organisations",
        "those that share one table; the seats themselves are a connection",
    ),
    ("Group.responsibleRoles", "a few types of roles"),
    ("Group.sharedWith", "named one by one by the conveners"),
    ("Group.tasks", "at most 50"),
    ("Group.viewerSeats", "the seats that one person holds"),
    ("Initiative.parties", "at most 400"),
    ("Initiative.parts", "at most 20"),
    ("Initiative.sharedWith", "at most 100"),
    ("Coverage.aims", "an aim lasts for years"),
    ("Coverage.byKind", "a row for each kind of unit"),
    ("Coverage.municipalities", "a county has at most 49"),
    ("Coverage.municipalityGaps", "a county has at most 49"),
    ("ImportAppointmentsPayload.rows", "a file has at most 500"),
    ("ImportUnitsPayload.rows", "a file has at most 500"),
    ("Organisation.roleHeadcounts", "one for each type of role"),
    (
        "OrganisationUnit.predecessors",
        "at most 100 are put together",
    ),
    (
        "OrganisationUnit.successors",
        "a unit is divided into at most 100",
    ),
    ("Query.roleTypes", "a few dozen, kept by the operator"),
    (
        "RoleType.headcounts",
        "kept by the operator, one an organisation",
    ),
    ("RoleType.introductions", "kept by the operator"),
    ("RoleType.trainings", "at most 20 an organisation"),
    ("SplitUnitPayload.units", "at most 100"),
    ("County.municipalities", "between 1 and 49"),
    ("County.organisations", "the first 500"),
    ("OccasionMove.fromTimeBlocks", "at most 60"),
    ("OccasionMove.toTimeBlocks", "at most 60"),
    ("ExpectedParticipant.attendance", "at most 60 blocks"),
    ("ImportCompletionsPayload.rows", "at most 500"),
    (
        "Organisation.contactPoints",
        "functions that an administrator enters",
    ),
    ("Organisation.names", "renamings"),
    ("Organisation.methods", "at most 100"),
    ("Organisation.supportGiven", "the first 500 pairs"),
    ("Organisation.signUpApprovers", "at most 100"),
    ("Query.counties", "21"),
    ("Query.pageFeedback", "the first 500 pages"),
    ("Query.retentionRules", "one a kind of record"),
    ("Query.supportResources", "entered by the operator"),
    ("PlaceInLine.passedOver", "two for each reason"),
    (
        "RecordAttendancePayload.attendance",
        "as many as were sent, at most 200",
    ),
    ("SignUp.attendance", "at most 60 blocks"),
    ("SignUpPayload.refused", "as many as were sent, at most 100"),
    ("SignUpPayload.signUps", "as many as were sent, at most 100"),
    ("Training.organiserAgreements", "at most 101 organisers"),
    ("Training.organisers", "at most 101 organisers"),
    (
        "Training.participatingOrganisations",
        "as a source reports them",
    ),
    (
        "Training.reportedCompletions",
        "as organisations report them",
    ),
    ("Training.requirements", "at most 10"),
    ("Training.sharedWith", "at most 100"),
    ("Training.targetGroups", "at most 10"),
    ("Viewer.calendarFeeds", "at most 5"),
    ("TrainingOccasion.downloads", "one for each kind of list"),
    ("TrainingOccasion.kindQuotas", "one for each kind"),
    (
        "TrainingOccasion.participantsByOrganisationKind",
        "one for each kind",
    ),
    (
        "TrainingOccasion.quotas",
        "at most 400 quotas, and who has a seat",
    ),
    ("TrainingOccasion.signUpOpenings", "at most 20"),
    ("TrainingOccasion.timeBlocks", "at most 60"),
    ("TrainingProgramme.organisers", "few organisations"),
    ("TrainingProgramme.trainings", "a row of trainings"),
    ("TrainingStatistics.rows", "at most 1000, else an error"),
];

/// What the first issue promises by name: type and fields, then the arguments that matter.
const PROMISED: &[(&str, &str)] = &[
    (
        "Query",
        "viewer node organisation organisations county municipality trainings training occasion",
    ),
    ("County", "municipalities"),
    (
        "Training",
        "title organisers accountableOrganiser subjectAreas targetAudiences format sharing status occasions",
    ),
    (
        "TrainingOccasion",
        "training timeBlocks venue capacity seats quotas signUps viewerCanSignUp status",
    ),
    ("Seats", "capacity taken free freeForViewer waiting"),
    (
        "SignUp",
        "occasion participant organisation status position reason",
    ),
    (
        "Mutation",
        "createTraining updateTraining confirmOrganising publishTraining archiveTraining createOccasion",
    ),
    (
        "Mutation",
        "updateOccasion cancelOccasion setSeatQuotas signUp withdraw",
    ),
    ("SignUpInput", "occasionId participants idempotencyKey"),
];
const PROMISED_ARGUMENTS: &[(&str, &str, &str)] = &[
    ("Query", "node", "id"),
    ("Query", "organisation", "id organisationNumber"),
    ("Query", "county", "code"),
    ("Query", "municipality", "code"),
    (
        "Query",
        "trainings",
        "filter orderBy first after last before",
    ),
    ("Query", "training", "id"),
    ("Query", "occasion", "id"),
];

#[test]
fn the_schema_file_is_what_the_program_answers() {
    let file = include_str!("../../schema.graphql");

    assert!(
        file == api::graphql::sdl(),
        "schema.graphql differs from the code: run `cargo run -- schema > schema.graphql` and look at what changed"
    );
}

#[test]
fn everything_in_the_schema_is_described() {
    let mut bare = Vec::new();
    for known in Sdl::of_the_api().types {
        let mut look = |place: String, description: &str| {
            if description.trim().len() < 4 {
                bare.push(place);
            }
        };
        look(known.name.clone(), &known.description);
        for value in &known.values {
            look(format!("{}.{}", known.name, value.name), &value.description);
        }
        for field in &known.fields {
            look(format!("{}.{}", known.name, field.name), &field.description);
            // The one `input` of a mutation is described by its type.
            let arguments = field.arguments.iter().filter(|_| known.name != "Mutation");
            for argument in arguments {
                let place = format!("{}.{}({}:)", known.name, field.name, argument.name);
                look(place, &argument.description);
            }
        }
    }

    assert_eq!(
        bare, [""; 0],
        "write a doc comment for a front-end developer on each of these"
    );
}

#[test]
fn what_was_promised_by_name_is_there() {
    let sdl = Sdl::of_the_api();

    for (owner, fields) in PROMISED {
        for field in fields.split_whitespace() {
            assert!(
                sdl.get(owner).field(field).is_some(),
                "partners rely on {owner}.{field}"
            );
        }
    }
    for (owner, field, arguments) in PROMISED_ARGUMENTS {
        let field = sdl.get(owner).field(field).expect("a promised field");
        for argument in arguments.split_whitespace() {
            let known = field.arguments.iter().any(|known| known.name == argument);
            assert!(
                known,
                "partners rely on {owner}.{}({argument}:)",
                field.name
            );
        }
    }
}

#[test]
fn enum_values_are_in_upper_case() {
    for known in Sdl::of_the_api().types {
        for value in known.values {
            let upper = value
                .name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            assert!(
                upper,
                "{}.{} should be in upper case",
                known.name, value.name
            );
        }
    }
}

#[test]
fn every_mutation_takes_one_input_and_answers_with_a_payload() {
    let sdl = Sdl::of_the_api();

    for mutation in &sdl.object("Mutation").fields {
        let name = &mutation.name;
        let input = format!("{}{}Input!", name[..1].to_uppercase(), &name[1..]);
        let arguments: Vec<_> = mutation
            .arguments
            .iter()
            .map(|argument| format!("{}: {}", argument.name, argument.written()))
            .collect();
        assert_eq!(arguments, [format!("input: {input}")], "{name}");
        let payload = format!("{}{}Payload!", name[..1].to_uppercase(), &name[1..]);
        assert_eq!(
            mutation.written(),
            payload,
            "{name} should answer with a payload of its own, free to grow"
        );
        let payload = sdl.object(&mutation.base_type());
        let errors = payload.field("userErrors").map(FieldOf::written);
        assert_eq!(errors.as_deref(), Some("[UserError!]!"), "{}", payload.name);
        for field in payload
            .fields
            .iter()
            .filter(|field| field.base_type() != "UserError")
        {
            let is_list_or_number = field.written().starts_with('[') || field.base_type() == "Int";
            let nullable = !field.written().ends_with('!');
            assert!(
                nullable || is_list_or_number,
                "{}.{} is absent on errors",
                payload.name,
                field.name
            );
        }
    }
}

#[test]
fn lists_that_can_grow_are_connections() {
    let sdl = Sdl::of_the_api();
    let mut lists = Vec::new();

    for (owner, field) in sdl.output_fields() {
        let kind = sdl
            .types
            .iter()
            .find(|known| known.name == field.base_type())
            .map(|known| known.kind);
        let of_objects = matches!(kind, Some(Kind::Object | Kind::Interface | Kind::Union));
        let inside_connection = owner.ends_with("Connection");
        let errors = field.base_type() == "UserError";
        if field.written().starts_with('[') && of_objects && !inside_connection && !errors {
            lists.push(format!("{owner}.{}", field.name));
        }
    }

    lists.sort();
    let mut known: Vec<_> = BOUNDED
        .iter()
        .map(|(place, _)| (*place).to_owned())
        .collect();
    known.sort();
    assert_eq!(
        lists, known,
        "make a list that can grow a connection; name why a bounded one cannot"
    );
}

#[test]
fn connections_are_all_alike() {
    let sdl = Sdl::of_the_api();
    let connections = sdl
        .types
        .iter()
        .filter(|known| known.name.ends_with("Connection"));

    for connection in connections {
        let node = connection.name.trim_end_matches("Connection");
        let fields: Vec<_> = connection
            .fields
            .iter()
            .map(|field| format!("{}: {}", field.name, field.written()))
            .collect();
        let expected = [
            "pageInfo: PageInfo!".to_owned(),
            format!("edges: [{node}Edge!]!"),
            format!("nodes: [{node}!]!"),
            "totalCount: Int!".to_owned(),
        ];
        assert_eq!(fields, expected, "{}", connection.name);
    }
    for (owner, field) in sdl.output_fields() {
        if field.base_type().ends_with("Connection") {
            let arguments: Vec<_> = field
                .arguments
                .iter()
                .map(|known| known.name.as_str())
                .collect();
            let pages = ["first", "after", "last", "before"];
            assert!(
                arguments.ends_with(&pages),
                "{owner}.{} has {arguments:?}",
                field.name
            );
        }
    }
}

#[test]
fn what_has_a_global_id_is_a_node() {
    for known in Sdl::of_the_api().types {
        let has_id = known
            .field("id")
            .is_some_and(|field| field.written() == "ID!");
        if known.kind == Kind::Object && has_id {
            assert_eq!(
                known.interfaces,
                ["Node"],
                "{} has an id, so `node` should find it",
                known.name
            );
        }
    }
}

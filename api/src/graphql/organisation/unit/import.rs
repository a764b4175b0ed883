//! Units from a file: looked at row by row, then made all of them or none.

use super::{Organisation, OrganisationById, OrganisationUnit, UnitById, UnitInput, add};
use crate::{
    domain::{
        appointment_file::{UnitColumn, UnitRow, read_units},
        table_file::Mistake,
    },
    error::{Error, Result},
    graphql::{
        completion::ImportOutcome,
        context::{loaders, viewer},
        place::MunicipalityByCode,
        table_file::{at, told},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{OrganisationId, UnitId},
    kind::{Role, UnitKind},
    organisation_unit,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A file of units.
#[derive(InputObject)]
pub struct ImportUnitsInput {
    /// The file's text: a heading and at most 500 rows, with comma or semicolon between the cells. Columns, in any
    /// order: `name` (`namn`), `kind` (`sort`: a word of `UnitKind`, or `arbetsplats` and the like), and if you like
    /// `parent` (`överordnad`: the name of a unit that is there or stands further up), `municipality` (`kommun`: its
    /// code) and `valid_from` (`sedan`: `2012`, `2011-01` or a day). Other columns are refused.
    csv: String,
    /// Whether to tell only what would be done. Look at that first.
    #[graphql(default)]
    preview: bool,
}

/// What becomes of a row of the file.
#[derive(SimpleObject)]
pub struct ImportedUnit {
    /// Its line in the file; the heading is line 1.
    line: i32,
    /// What becomes of it.
    outcome: ImportOutcome,
    /// The unit's name.
    name: String,
    /// The unit's kind.
    kind: UnitKind,
    /// The unit; null in a preview of what is new, and for a row that is refused.
    unit: Option<OrganisationUnit>,
    /// Why it is refused; null otherwise.
    error: Option<UserError>,
}

/// What becomes of a file of units.
#[derive(SimpleObject)]
pub struct ImportUnitsPayload {
    /// The organisation with its units.
    organisation: Option<Organisation>,
    /// Row by row, in the order of the file; empty for a file that cannot be read.
    rows: Vec<ImportedUnit>,
    /// How many units were made; in a preview: would be. 0 if any row is refused.
    entered: i32,
    /// How many rows were there already.
    already_there: i32,
    /// What you can mend, each with its line in the text; nothing was made if there is one. `field` is `csv`, the
    /// line, the column.
    user_errors: Vec<UserError>,
}

/// What can be done with files of units.
#[derive(Default)]
pub struct UnitImportMutation;

#[Object]
impl UnitImportMutation {
    /// Makes units of your own organisation from a file: all rows or none. A unit of the same name and kind is there
    /// already, so sending a file again makes nothing twice. With `preview`, tells what would be done and makes
    /// nothing. For administrators; `FORBIDDEN` for others. User errors: `INVALID_VALUE` for what cannot be read,
    /// `NOT_FOUND` for a parent or a municipality, `PERSONAL_ID_NOT_ALLOWED`.
    async fn import_units(
        &self,
        ctx: &Context<'_>,
        input: ImportUnitsInput,
    ) -> Result<ImportUnitsPayload> {
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Administrator, own) {
            return Err(Error::Forbidden);
        }
        let rows = match read_units(&input.csv) {
            Ok(rows) => rows,
            Err(mistakes) => {
                let errors = mistakes.iter().map(told_here).collect();
                return payload(ctx, own, Vec::new(), errors, input.preview).await;
            }
        };
        let codes = rows.iter().filter_map(|row| row.municipality.clone());
        let places = loaders(ctx)
            .load_many(codes.map(MunicipalityByCode))
            .await?;
        let places: HashSet<String> = places.into_keys().map(|key| key.0).collect();
        let (rows, places, preview) = (&rows, &places, input.preview);
        let looked_at = viewer
            .transaction(|viewer| async move {
                let looked_at = look(&viewer, own, rows, places).await?;
                let refused = looked_at
                    .iter()
                    .any(|row| matches!(row.fit, Fit::Refused(_)));
                let new: Vec<_> = looked_at.iter().filter_map(Looked::new_row).collect();
                if !preview && !refused && !new.is_empty() {
                    add(&viewer, &new).await?;
                }
                Ok(looked_at)
            })
            .await?;
        payload(ctx, own, looked_at, Vec::new(), preview).await
    }
}

/// What becomes of a row.
enum Fit {
    New(Box<organisation_unit::Model>),
    There(UnitId),
    Refused(UserError),
}

struct Looked {
    line: u64,
    name: String,
    kind: UnitKind,
    fit: Fit,
}

impl Looked {
    fn new_row(&self) -> Option<organisation_unit::Model> {
        match &self.fit {
            Fit::New(row) => Some(row.as_ref().clone()),
            Fit::There(_) | Fit::Refused(_) => None,
        }
    }
}

/// The units that can be meant by a name: those that are there, and those that stand further up.
#[derive(Default)]
struct Names(BTreeMap<String, Vec<(UnitKind, UnitId)>>);

impl Names {
    fn add(&mut self, name: &str, kind: UnitKind, id: UnitId) {
        self.0.entry(name.to_owned()).or_default().push((kind, id));
    }

    fn same(&self, row: &UnitRow) -> Option<UnitId> {
        let called = self.0.get(&row.name)?;
        let same = called.iter().find(|(kind, _)| *kind == row.kind);
        same.map(|(_, id)| *id)
    }

    /// The one unit of that name.
    fn parent(&self, row: &UnitRow) -> std::result::Result<Option<UnitId>, UserError> {
        let Some(name) = &row.parent else {
            return Ok(None);
        };
        let column = Some(UnitColumn::Parent);
        match self.0.get(name).map_or(&[][..], Vec::as_slice) {
            [(_, id)] => Ok(Some(*id)),
            [] => {
                let words = (
                    "Ingen enhet heter så. Skriv den överordnade enheten på en rad längre upp.",
                    "No unit is called so. Put the unit above into a row further up.",
                );
                Err(at(UserErrorCode::NotFound, row.line, column, words))
            }
            _ => {
                let words = ("Flera enheter heter så.", "Several units are called so.");
                Err(at(UserErrorCode::InvalidValue, row.line, column, words))
            }
        }
    }
}

async fn look(
    viewer: &Viewer,
    own: OrganisationId,
    rows: &[UnitRow],
    places: &HashSet<String>,
) -> Result<Vec<Looked>> {
    let query = organisation_unit::Entity::find()
        .filter(organisation_unit::Column::OrganisationId.eq(own))
        .filter(organisation_unit::Column::UntilDay.is_null());
    let mut names = Names::default();
    for row in viewer.all(query).await? {
        names.add(&row.name, row.kind, row.id);
    }
    Ok(rows
        .iter()
        .map(|row| Looked {
            line: row.line,
            name: row.name.clone(),
            kind: row.kind,
            fit: fit(own, row, places, &mut names),
        })
        .collect())
}

fn fit(own: OrganisationId, row: &UnitRow, places: &HashSet<String>, names: &mut Names) -> Fit {
    let mut errors = Vec::new();
    let line = row.line.to_string();
    check_text(
        Checked::Line,
        &row.name,
        &["csv", &line, "name"],
        &mut errors,
    );
    if let Some(error) = errors.into_iter().next() {
        return Fit::Refused(error);
    }
    if row
        .municipality
        .as_ref()
        .is_some_and(|code| !places.contains(code))
    {
        let words = ("Ingen kommun har koden.", "No municipality has the code.");
        let column = Some(UnitColumn::Municipality);
        return Fit::Refused(at(UserErrorCode::NotFound, row.line, column, words));
    }
    if let Some(id) = names.same(row) {
        return Fit::There(id);
    }
    let parent_id = match names.parent(row) {
        Ok(parent) => parent,
        Err(error) => return Fit::Refused(error),
    };
    let unit = UnitInput {
        name: row.name.clone(),
        kind: row.kind,
        parent_id,
        valid_from: row.valid_from,
        municipality: row.municipality.clone(),
    };
    let unit = unit.into_row(own);
    names.add(&unit.name, unit.kind, unit.id);
    Fit::New(Box::new(unit))
}

async fn payload(
    ctx: &Context<'_>,
    own: OrganisationId,
    looked_at: Vec<Looked>,
    mut user_errors: Vec<UserError>,
    preview: bool,
) -> Result<ImportUnitsPayload> {
    let ids = looked_at.iter().filter_map(|row| match &row.fit {
        Fit::New(unit) => (!preview).then_some(unit.id),
        Fit::There(id) => Some(*id),
        Fit::Refused(_) => None,
    });
    let units: HashMap<_, _> = loaders(ctx).load_many(ids.map(UnitById)).await?;
    let unit = |id: UnitId| units.get(&UnitById(id)).cloned().map(OrganisationUnit);
    let (mut entered, mut already_there, mut rows) = (0, 0, Vec::new());
    for row in looked_at {
        let (outcome, unit, error) = match row.fit {
            Fit::New(new) => {
                entered += 1;
                (ImportOutcome::Entered, unit(new.id), None)
            }
            Fit::There(id) => {
                already_there += 1;
                (ImportOutcome::AlreadyThere, unit(id), None)
            }
            Fit::Refused(error) => {
                user_errors.push(error.clone());
                (ImportOutcome::Refused, None, Some(error))
            }
        };
        rows.push(ImportedUnit {
            line: i32::try_from(row.line).unwrap_or(i32::MAX),
            outcome,
            name: row.name,
            kind: row.kind,
            unit,
            error,
        });
    }
    let organisation = loaders(ctx).load_one(OrganisationById(own)).await?;
    Ok(ImportUnitsPayload {
        organisation: organisation.map(Organisation),
        rows,
        entered: if user_errors.is_empty() { entered } else { 0 },
        already_there,
        user_errors,
    })
}

fn told_here(mistake: &Mistake<UnitColumn>) -> UserError {
    let columns = (
        "namn, sort, överordnad, kommun och sedan",
        "name, kind, parent, municipality and valid_from",
    );
    told(mistake, columns)
}

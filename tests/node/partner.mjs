// A partner's subgraph: a booking system for rooms that extends our organisations, places, trainings and occasions.
// `start()` listens on a free port of this computer.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buildASTSchema, execute, Kind, parse, validate, visit } from 'graphql';

const file = new URL('./partner.graphql', import.meta.url);
const FEDERATION = `
  scalar _Any
  union _Entity = Room | Organisation | Municipality | County | Training | TrainingOccasion
  type _Service { sdl: String! }
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
    _service: _Service!
  }
`;

function schema() {
  const sdl = readFileSync(file, 'utf8');
  const plain = visit(parse(sdl), { SchemaExtension: () => null, Directive: () => null });
  const definitions = [...plain.definitions, ...parse(FEDERATION).definitions];
  const query = definitions.filter(({ name }) => name?.value === 'Query');
  const merged = { ...query[0], fields: query.flatMap(({ fields }) => fields) };
  const others = definitions.filter((definition) => !query.includes(definition));
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: [merged, ...others] }, { assumeValidSDL: true });
}

const room = {
  __typename: 'Room',
  id: 'room-1',
  name: 'Konferensrum Linnea',
  municipality: () => KNOWN.Municipality({ code: '0780' }),
  owner: () => KNOWN.Organisation({ organisationNumber: '2321000065' }),
};

const KNOWN = {
  Room: () => room,
  Organisation: ({ organisationNumber }) => ({
    organisationNumber,
    rooms: organisationNumber === '2321000065' ? [room] : [],
    switchboard: '0000-00 00 00',
  }),
  Municipality: ({ code }) => ({ code, rooms: code === '0780' ? [room] : [] }),
  County: ({ code }) => ({ code, population: code === '07' ? 200_000 : null }),
  Training: ({ id }) => ({ id, evaluation: 4.5 }),
  TrainingOccasion: ({ id }) => ({ id, room }),
};

const root = {
  rooms: () => ({
    nodes: [room],
    edges: [{ node: room, cursor: '1' }],
    totalCount: 1,
    pageInfo: { hasPreviousPage: false, hasNextPage: false },
  }),
  _entities: ({ representations }) =>
    representations.map((key) => ({ __typename: key.__typename, ...KNOWN[key.__typename](key) })),
  _service: () => ({ sdl: readFileSync(file, 'utf8') }),
};

export async function start() {
  const built = schema();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString());
    const document = parse(query);
    const errors = validate(built, document);
    const result = errors.length
      ? { errors }
      : await execute({ schema: built, document, rootValue: root, variableValues: variables, operationName });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(result));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${server.address().port}/`;
}

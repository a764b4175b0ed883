// Audits a server against the specification of GraphQL over HTTP. Usage: node audit.mjs URL TOKEN
// Prints what each audit found; the exit status tells whether all of them were content.
import { auditServer } from 'graphql-http';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';

const [url, token] = process.argv.slice(2);

// Some audits ask for a type, which only developers' tools may.
const fetchFn = (address, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(address, { ...init, headers });
};

const results = await auditServer({ url, fetchFn });
for (const { id, name, status, reason } of results) {
  if (status !== 'ok') console.log(`${status} ${id} ${name}: ${reason}`);
}
const content = results.filter(({ status }) => status === 'ok').length;
console.log(`${content} of ${results.length} audits are content`);

// What code generators and explorers send must pass the limits, and make a schema.
const response = await fetchFn(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    query: getIntrospectionQuery({
      descriptions: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
    }),
  }),
});
const { data, errors } = await response.json();
if (errors) console.log(`introspection: ${JSON.stringify(errors)}`);
const types = errors ? 0 : Object.keys(buildClientSchema(data).getTypeMap()).length;
console.log(`${types} types by the standard introspection query`);

process.exitCode = content === results.length && types > 50 ? 0 : 1;

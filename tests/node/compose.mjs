// Composes our subgraph with a partner's. Usage: node compose.mjs PARTNER.graphql [SUPERGRAPH]
// Prints errors and what the supergraph holds; writes it where it is told to. The exit status tells.
import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';

const [partnerFile, supergraphFile] = process.argv.slice(2);
const subgraph = (name, file, url) => ({
  name,
  url,
  typeDefs: parse(readFileSync(file, 'utf8')),
});

const ours = subgraph('samverkan', new URL('../../schema.graphql', import.meta.url), process.env.SAMVERKAN_URL);
const partner = subgraph('partner', partnerFile, process.env.PARTNER_URL);
const result = composeServices([ours, partner]);

if (compositionHasErrors(result)) {
  for (const { message, extensions } of result.errors) console.log(`${extensions?.code}: ${message}`);
  process.exit(1);
}

// A partner's @override takes a field of ours away without an error or a hint: the router would no longer ask us.
const taken = [];
for (const definition of partner.typeDefs.definitions) {
  for (const field of definition.fields ?? []) {
    const override = field.directives?.find(({ name }) => name.value === 'override');
    const from = override?.arguments?.find(({ name }) => name.value === 'from')?.value.value;
    if (from === 'samverkan') taken.push(`${definition.name.value}.${field.name.value}`);
  }
}
for (const field of taken) console.log(`OVERRIDE: the partner takes ${field} away from Samverkan`);
for (const hint of result.hints ?? []) console.log(`HINT: ${JSON.stringify(hint)}`);

if (supergraphFile) writeFileSync(supergraphFile, result.supergraphSdl);
console.log(`composed: ${result.supergraphSdl.length} characters`);
console.log(result.publicSdl ?? '');
process.exitCode = taken.length > 0 ? 2 : 0;

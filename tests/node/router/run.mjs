// A federation router over our subgraph and a partner's. Usage: node run.mjs URL-OF-OUR-SUBGRAPH
// Prints the router's address when it is ready, and runs until it is stopped.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { start } from '../partner.mjs';

const [samverkan] = process.argv.slice(2);
const partner = await start();
const folder = mkdtempSync(join(tmpdir(), 'samverkan-router-'));
const file = join(folder, 'supergraph.graphql');
execFileSync(process.execPath, ['compose.mjs', 'partner.graphql', file], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, SAMVERKAN_URL: samverkan, PARTNER_URL: partner },
});

const supergraph = readFileSync(file, 'utf8');
rmSync(folder, { recursive: true });

// Without this the router asks as nobody: it does not hand the caller's token on by itself.
const HANDED_ON = ['authorization', 'accept-language', 'x-request-id'];

const gateway = createGatewayRuntime({
  supergraph,
  logging: false,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) =>
      Object.fromEntries(
        HANDED_ON.map((name) => [name, request.headers.get(name)]).filter(([, value]) => value),
      ),
  },
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));

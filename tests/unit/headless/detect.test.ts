import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../../../src/headless/conform/detect.ts';

const caseFolder = join(import.meta.dirname, '../../conformance/cases');
const kvmText = readFileSync(join(caseFolder, 'kvm.jsonl'), 'utf8');
const firstRows = kvmText.split('\n').slice(0, 3);

function problemOf(text: string): string {
  const cases = casesOf(text);
  if (cases.ok) return `${cases.value.length} cases`;
  const { rowNumber, message } = cases.error;
  return rowNumber === undefined ? message : `row ${rowNumber}: ${message}`;
}

describe('a format is recognised by what is in the file', () => {
  test('a line that is not JSON is named by its number, blank lines counted', () => {
    const text = [firstRows[0], '', '{"kind": oops}', firstRows[1]].join('\n');
    expect(problemOf(text)).toMatch(/^row 3: not JSON .* one JSON value a line$/);
  });

  test('a broken file of one value says where', () => {
    expect(problemOf('{\n  "meta": {},\n  "cases": [,]\n}')).toMatch(/^not JSON \(.*cases.*\[,\]/);
  });

  test('a row of another shape is named with the shape that it should have', () => {
    const text = [firstRows[0], '{"kind":"msr","setup":{"cpuid":{}}}'].join('\n');
    expect(problemOf(text)).toMatch(/^row 2: has another shape; KVM vectors has lines with kind/);
  });

  test('a row that is no object has another shape', () => {
    expect(problemOf([...firstRows, '17'].join('\n'))).toMatch(/^row 4: has another shape/);
  });

  test('a conformance row without an action is named by its place in the list', () => {
    const row = { id: 'x', portability: 'tlfs', setup: {}, action: {}, expect: {} };
    const cases = [row, { ...row, action: null }];
    expect(problemOf(JSON.stringify({ meta: {}, cases }))).toMatch(/^row 2: has another shape/);
  });

  test('a conformance file without cases is refused', () => {
    expect(problemOf('{"meta":{},"cases":[]}')).toContain('no case in it');
    expect(problemOf('{"meta":{},"cases":3}')).toContain('cases is no list');
  });

  test('the model line alone is no case', () => {
    expect(problemOf('{"model":{}}')).toContain('no case in it; OpenVMM vectors');
  });

  test('OpenVMM rows are recognised without the model line', () => {
    const text = readFileSync(join(caseFolder, 'openvmm.jsonl'), 'utf8');
    const rows = text.split('\n').slice(1, 4).join('\n');
    expect(problemOf(rows)).toBe('3 cases');
  });

  test('a table of structures that the engine does not have holds no case', () => {
    const fields = [{ name: 'a', offset: 0, size: 4 }];
    const table = { structs: { nobody_has_this: { size: 4, fields } } };
    expect(problemOf(JSON.stringify(table))).toContain('no case in it');
  });

  test('a layout line without numbers has another shape', () => {
    const rows = ['{"struct":"a","sizeof":4}', '{"struct":"a","field":"b","offset":"0"}'];
    expect(problemOf(rows.join('\n'))).toMatch(/^row 2: has another shape; structure layouts/);
  });

  test('an instance of another shape is named by its place in the list', () => {
    const instance = { cap: [4], items_size_then_demand: [[2, 1]] };
    const rows = [instance, { cap: [4] }];
    expect(problemOf(JSON.stringify(rows))).toMatch(/^row 2: has another shape; sizing has a list/);
  });

  test.each([
    ['golden bytes', '{"hex":"00","bytes":1,"source":"x"}'],
    ['control transcript', '{"dir":"guest->host","hex":"00"}'],
    ['storvsc conversation', '{"dir":"guest->host"}\n{"dir":"guest->host msg"}'],
    ['netvsc conversation', '{"dir":"host->guest"}\n{"dir":"guest->host ring"}'],
    ['ring encoding', '{"spec":"inband:0:1:00","packetHex":"00"}'],
    ['ring boundaries', '{"payloadBytes":8,"accepted":{}}'],
    ['ring signals', '{"steps":[{"args":[]}]}'],
    ['ring traffic', '{"seed":1,"steps":[]}'],
    ['corrupt rings', '{"readers":{}}'],
    ['IDE port trace', '{"op":"begin"}'],
    ['storvsc batching', '{"law":"x","rows":[{"batch":1}]}'],
    ['Windows device list', '{"devices":[{"interfaceType":"x"}]}'],
  ])('%s is known, and not supported yet', (name, text) => {
    expect(problemOf(text)).toContain(`known format "${name}", not supported by this engine yet`);
    expect(problemOf(text)).toContain('Supported: hypercall conformance (');
  });
});

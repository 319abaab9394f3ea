/** The registry against the list of all documented calls. */
import { describe, expect, test } from 'vitest';
import { hypercalls } from '../../../src/engine/hypervisor/index.ts';

/**
 * Every documented code, with the class of the call: s simple, r rep, v with a variable header.
 *
 * Origin: TLFS web edition (Hypercall Reference and the pages of the calls), TLFS 6.0b appendix A,
 * TLFS 2.0A appendix B, Linux 7.2.13 include/hyperv, OpenVMM hvdef 1488a37b.
 */
const documented: Readonly<Record<string, string>> = {
  'requests of guests':
    '1:s 2:s 3:r 4:s 8:s 9:s a:s b:s c:r d:s e:s f:s 10:s 11:s 12:s 13:sv 14:rv 15:sv',
  partitions:
    '40:s 41:s 42:s 43:s 44:s 45:s 46:s 47:s 48:r 49:r 4a:s 4b:r 4c:r 4d:s 4e:s 4f:s 50:r ' +
    '51:r 52:s 53:s 54:s 55:s 56:s 57:s 58:s 59:s 5a:s 5b:s 5c:s 5d:s 5e:s 5f:s 60:s 61:s ' +
    '62:s 63:s 64:s 65:s 66:s 67:s 68:s 69:s 6a:s 6b:s 6c:s 6d:s 6e:r 6f:s 70:s 71:s',
  'processors and devices':
    '76:s 77:s 78:s 79:s 7a:s 7b:s 7c:s 7d:s 7e:sv 80:s 81:s 82:s 83:s 84:s 85:s 86:s 87:s ' +
    '88:s 89:s 8a:s 8b:s 8c:s 8d:s 8e:s 8f:s',
  'later calls':
    '90:r 91:s 92:s 94:s 95:s 96:s 97:s 99:s 9a:r ac:s ad:s af:s b0:r c0:s c1:s c2:s c9:r ' +
    'd4:r d7:r d8:r d9:r db:r e1:s e2:s e3:sv e4:sv e5:s f4:r',
  'newest calls': '101:s 103:s 106:s 107:s 10a:sv 10f:s 110:r 112:r 113:r 11c:r 11f:s 131:s',
  'extended calls': '8001:s 8002:s 8003:r 8004:s 8006:s c001:s',
};

const typed = Object.values(documented).flatMap((text) => text.split(' '));
const classOf = ({ kind, headerMaxWords }: (typeof hypercalls)[number]): string =>
  `${kind === 'rep' ? 'r' : 's'}${headerMaxWords > 0 ? 'v' : ''}`;

describe('the registry', () => {
  test('holds all 139 documented calls and no other, each in its class', () => {
    expect(typed.length).toBe(139);
    const ours = hypercalls.map((call) => `${call.code.toString(16)}:${classOf(call)}`);
    expect(ours).toEqual(typed);
  });

  test('simulates at least 60 of them, and says of each other one why not', () => {
    const simulated = hypercalls.filter(({ behaviour }) => behaviour === 'simulated');
    expect(simulated.length).toBeGreaterThanOrEqual(60);
    for (const { name, behaviour, notSimulated } of hypercalls) {
      expect(notSimulated === undefined, name).toBe(behaviour === 'simulated');
    }
  });

  test('knows no structure of a call whose layout is not published', () => {
    const unpublished = hypercalls.filter(({ layout }) => layout === 'unpublished');
    expect(unpublished.length).toBeGreaterThan(10);
    for (const { name, input, element, output, outputElement } of unpublished) {
      expect([input, element, output, outputElement], name).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  test('has names that begin alike; other spellings stand beside them', () => {
    for (const { code, name, aka } of hypercalls) {
      const isExtended = code >= 0x8001 && code <= 0x8041;
      expect(name).toMatch(isExtended ? /^HvExtCall[A-Z]/ : /^HvCall[A-Z]/);
      expect(new Set([name, ...aka]).size).toBe(aka.length + 1);
    }
  });
});

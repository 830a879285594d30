import { expect, it } from 'vitest';
import { readStatus, uptimeParts } from './model';

it('reads both spellings of the status and survives what is missing', () => {
  const arena = { ready: true, bytes: 5, records: 7 };
  expect(readStatus({ engine: 'sqlite', version: '1', uptime_seconds: 60, events: 3, arena, root_key: 'file', key_epoch: 2, csp_reports: 0 })).toEqual({ engine: 'sqlite', version: '1', seconds: 60, events: 3, arena, root: 'file', epoch: 2, policyReports: 0 });
  expect(readStatus({ uptime: 9, keys: { root: 'env', epoch: 4 } })).toMatchObject({ seconds: 9, root: 'env', epoch: 4, policyReports: null, arena: { ready: false } });
  expect(readStatus(null)).toMatchObject({ engine: '', events: 0 });
});

it('names the two largest parts of the time since the start', () => {
  expect(uptimeParts(93_211)).toEqual([{ unit: 'day', n: 1 }, { unit: 'hour', n: 1 }]);
  expect(uptimeParts(86_400 + 120)).toEqual([{ unit: 'day', n: 1 }]);
  expect(uptimeParts(59)).toEqual([{ unit: 'minute', n: 0 }]);
  expect(uptimeParts(3_720)).toEqual([{ unit: 'hour', n: 1 }, { unit: 'minute', n: 2 }]);
});

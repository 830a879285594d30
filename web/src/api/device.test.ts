import { expect, it } from 'vitest';
import { deviceName } from './device';

const tail = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${tail} Chrome/141.0 Safari/537.36`, 'Chrome · Windows'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${tail} Chrome/141.0 Safari/537.36 Edg/141.0`, 'Edge · Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1', 'Safari · iPhone'],
  [`Mozilla/5.0 (Linux; Android 16) ${tail} Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0`, 'WeChat · Android'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox · macOS'],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['Mozilla/9', 'Mozilla/9'],
  [null, ''],
])('names %s', (agent, name) => expect(deviceName(agent)).toBe(name));

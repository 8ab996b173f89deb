/**
 * What federated averaging says otherwise than the parameter server, in its frame, made once with Python's
 * struct and zlib. All other messages are test/golden/server-frames.test.ts. A line that must change here
 * needs a new FRAME_VERSION.
 */
import test from 'ava'
import { none } from '../../src/compression/none.ts'
import { inHalves } from '../../src/strategy/federated-averaging/halves.ts'
import { serverCodec } from '../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../src/strategy/parameter-server/kinds.ts'
import type { Bytes } from '../../src/vector/vector.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
const life = 0xdeadbeef
/** One parameter; with scaffold its control variate behind it. */
const plain = serverCodec(none, [{ from: 0, to: 1 }], true)
const scaffold = serverCodec(inHalves(none), [{ from: 0, to: 2 }], true)

const params = (values: readonly number[], late: boolean, rests: boolean): Message => {
  const bytes = none.encode(Float32Array.from(values))
  return { kind: 'params', shard: 0, life, seq: 9, version: 10, round: 300, late, rests, bytes }
}

const push = (weight: number, bytes: Bytes): Message => {
  return { kind: 'push', shard: 0, life, seq: 9, base: 8, weight, bytes }
}

const operation = (bytes: Bytes): Message => {
  const op = { kind: 'push', peer: 'a', seq: 200, base: 3, weight: 1, bytes } as const
  return { kind: 'append', shard: 0, term: 7, n: 4, op }
}

const both = inHalves(none)

const GOLDEN = [
  {
    name: 'parameters for who is drawn',
    codec: plain,
    message: params([3], false, false),
    frame: '0000001c020f01020304050607086c374d8a00deadbeef090aac020000004040'
  },
  {
    name: 'parameters for who was late and is drawn',
    codec: plain,
    message: params([3], true, false),
    frame: '0000001c020f01020304050607085157643a00deadbeef090aac020100004040'
  },
  {
    name: 'parameters for who was late and rests',
    codec: plain,
    message: params([3], true, true),
    frame: '0000001c020f01020304050607082b97375a00deadbeef090aac020300004040'
  },
  {
    name: 'parameters with a control variate',
    codec: scaffold,
    message: params([3, -0.5], false, false),
    frame: '00000020020f0102030405060708fda582b700deadbeef090aac020000004040000000bf'
  },
  {
    name: 'an update',
    codec: plain,
    message: push(600, none.encode(Float32Array.of(0.25))),
    frame: '0000001d020c01020304050607081b21140900deadbeef0908000002580000803e'
  },
  {
    name: 'an update with a control variate',
    codec: scaffold,
    message: push(1, both.encode(Float32Array.of(0.25, -2))),
    frame: '00000025020c01020304050607080a2bc37d00deadbeef090800000001000000040000803e000000c0'
  },
  {
    name: 'an operation: an update with a control variate',
    codec: scaffold,
    message: operation(both.encode(Float32Array.of(1, -0.5))),
    frame:
      '0000002a02080102030405060708b64249b9000000000704010161c8010300000001000000040000803f000000bf'
  }
]

for (const { name, codec, message, frame } of GOLDEN) {
  test(`should encode and decode ${name} as committed, and nothing of it shortened or lengthened`, (t) => {
    const { kind, channel, body } = codec.encode(message)
    t.is(Buffer.from(encodeFrame(TAG, kind, body)).toString('hex'), frame)
    const decoded = decodeFrame(TAG, Buffer.from(frame, 'hex'))
    if (!('body' in decoded)) return t.fail(decoded.reason)
    t.deepEqual(codec.decode(kind, channel, decoded.body), message)
    for (let length = 0; length < body.length; length++) {
      t.is(codec.decode(kind, channel, body.subarray(0, length)).kind, 'rejected', `${length}`)
    }
    t.is(codec.decode(kind, channel, Buffer.concat([body, Buffer.of(0)])).kind, 'rejected')
    return undefined
  })
}

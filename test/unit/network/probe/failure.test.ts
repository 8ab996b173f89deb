import test from 'ava'
import { dialFailure } from '../../../../src/network/probe/dial-failure.ts'
import { FAILURES, silence, tcpFailure } from '../../../../src/network/probe/failure.ts'

const coded = (code: string): Error => Object.assign(new Error(`syscall ${code}`), { code })

test('every word of the operating system has a kind, a sentence and advice', (t) => {
  const kinds = {
    ENOTFOUND: 'dns',
    EAI_AGAIN: 'dns',
    ECONNREFUSED: 'refused',
    EHOSTUNREACH: 'no-route',
    ENETUNREACH: 'no-route',
    EACCES: 'denied',
    EPERM: 'denied',
    ECONNRESET: 'hung-up',
    ETIMEDOUT: 'timeout',
    EWHATEVER: 'hung-up'
  } as const
  for (const [code, kind] of Object.entries(kinds)) {
    const failure = tcpFailure(coded(code), '203.0.113.1')
    t.is(failure.kind, kind, code)
    t.true(FAILURES.includes(failure.kind))
    t.notRegex(failure.said, /\.$|^$/)
    t.notRegex(failure.advice, /\.$|^$/)
  }
  t.regex(tcpFailure(coded('ENETUNREACH'), '2001:db8::1').said, /no IPv6/)
})

test('a time-out says how long it was waited', (t) => {
  t.regex(silence(5).said, /within 5 s/)
  t.notRegex(silence(null).said, /null/)
})

test('what libp2p says in prose', (t) => {
  const named = (name: string, message: string): Error =>
    Object.assign(new Error(message), { name })
  const kindOf = (error: Error, relayed = false) => dialFailure(error, 10, relayed).kind
  t.is(kindOf(named('TimeoutError', 'aborted')), 'timeout')
  t.is(kindOf(named('TimeoutError', 'aborted'), true), 'relay')
  t.is(kindOf(named('EncryptionFailedError', 'bad')), 'not-libp2p')
  t.is(
    kindOf(
      new AggregateError([named('EncryptionFailedError', 'The certificate is not valid yet')])
    ),
    'clock'
  )
  const relay = named(
    'InvalidMessageError',
    'failed to connect via relay with status NO_RESERVATION'
  )
  t.is(kindOf(relay, true), 'relay')
  t.regex(dialFailure(relay, 10, true).said, /no place on it/)
  t.is(kindOf(named('OddError', 'something new')), 'hung-up')
})

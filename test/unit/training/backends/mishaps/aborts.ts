/** Stands for a library that was built for another CPU. */
process.stderr.write('no AVX here\n', () => process.kill(process.pid, 'SIGABRT'))
await new Promise(() => {})

export {}

// One upload by tus-js-client, told in JSON lines: what it asked, what it was answered, how it ended.
// node upload.cjs <folder of node_modules>, the order as one line of JSON on standard input.
const { createHash } = require('crypto')
const { createReadStream, readFileSync } = require('fs')
const { createRequire } = require('module')

const tus = createRequire(`${process.argv[2]}/`)('tus-js-client')
const order = JSON.parse(readFileSync(0, 'utf8'))
const content = readFileSync(order.file)

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)

const upload = new tus.Upload(order.stream ? createReadStream(order.file) : content, {
  endpoint: order.endpoint,
  headers: { Authorization: `Bearer ${order.token}` },
  metadata: order.metadata,
  chunkSize: order.chunk,
  uploadSize: content.length,
  uploadDataDuringCreation: Boolean(order.with_creation),
  retryDelays: [0, 0, 0],
  urlStorage: new tus.FileUrlStorage(order.remembers),
  fingerprint: () => Promise.resolve(order.metadata.sha256),
  storeFingerprintForResuming: true,
  onBeforeRequest(request) {
    if (!order.checksum || request.getMethod() !== 'PATCH') return
    const at = Number(request.getHeader('Upload-Offset'))
    const piece = content.subarray(at, at + order.chunk)
    const sum = createHash(order.checksum).update(piece).digest('base64')
    request.setHeader('Upload-Checksum', `${order.checksum} ${order.spoilt ? 'AAAA' : sum}`)
  },
  onAfterResponse(request, response) {
    say({
      method: request.getMethod(), path: new URL(request.getURL()).pathname,
      status: response.getStatus(), offset: response.getHeader('Upload-Offset'),
    })
  },
  onProgress(sent) {
    if (order.dies_at && sent >= order.dies_at) process.kill(process.pid, 'SIGKILL')
  },
  onChunkComplete(size, accepted) {
    if (order.gives_up_at && accepted >= order.gives_up_at) {
      upload.abort(true).then(() => say({ gave_up: upload.url }))
    }
  },
  onError(error) {
    say({ error: String(error.message).slice(0, 300) })
    process.exitCode = 1
  },
  onSuccess() {
    say({ done: upload.url })
  },
})

upload.findPreviousUploads().then((previous) => {
  if (previous.length) upload.resumeFromPreviousUpload(previous[0])
  upload.start()
})

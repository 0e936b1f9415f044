// Certificates made by openssl for one case.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

// Signs certificates for localhost. `file` is its own certificate, `pem` the text.
export class Authority {
  constructor(directory, name = 'authority') {
    this.directory = mkdtempSync(path.join(directory, 'ca-'));
    this.file = path.join(this.directory, 'ca.pem');
    this.key = path.join(this.directory, 'ca.key');
    openssl('req', '-x509', ...newKey, '-keyout', this.key, '-out', this.file, '-subj', `/CN=${name}`, '-days', '2');
    this.pem = readFileSync(this.file, 'utf8');
    this.issued = 0;
  }

  // {cert, key}: names of PEM files.
  issue(name = 'leaf') {
    const base = path.join(this.directory, `${name}-${++this.issued}`);
    const files = { cert: `${base}.pem`, key: `${base}.key` };
    openssl('req', ...newKey, '-keyout', files.key, '-out', `${base}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(`${base}.ext`, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    openssl('x509', '-req', '-in', `${base}.csr`, '-CA', this.file, '-CAkey', this.key, '-CAcreateserial', '-out', files.cert,
      '-days', '2', '-extfile', `${base}.ext`);
    return files;
  }
}

// Puts another content under a name, in one step.
export function replaceFile(file, content) {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export const text = (file) => readFileSync(file, 'utf8');

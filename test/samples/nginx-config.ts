/** Makes a whole configuration of a sample: what is not said to be at the top level belongs into http { }. */
export function nginxConfig(code: string): string {
  const head = ['pid nginx.pid;', 'error_log stderr warn;', 'daemon off;', 'master_process on;'];
  const http = [
    'http {',
    'access_log off;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temp-${kind};`),
  ];
  return code.includes('# nginx.conf, top level')
    ? [...head, code, ...http, '}'].join('\n')
    : [...head, 'events { }', ...http, code, '}'].join('\n');
}

import { CHANGE_ERRORS } from './change-error-catalogue.ts';
import { spec, type ErrorSpec } from './error-spec.ts';

/** Every error code of the product. A test holds it against docs/errors.md and against use in the source. */
export const ERROR_CATALOGUE = {
  HOST_UNKNOWN: spec(
    'The host is not in the inventory',
    'Check the spelling, or add the host under `hosts:` in tcpcheck.yaml.',
  ),
  HOST_NAME_INVALID: spec(
    'That is not a host name',
    'Use the name from `tcpcheck hosts`: letters, digits, dots and dashes.',
  ),
  USAGE: spec('The command was not understood', 'Run `tcpcheck help`.'),

  CONFIG_NOT_FOUND: spec(
    'The configuration file is missing',
    'Create it with `hosts:` in it, or name it with --config or TCPCHECK_CONFIG.',
  ),
  CONFIG_INVALID: spec('The configuration file has a mistake', 'Correct the line named in the message.'),
  ENV_INVALID: spec(
    'An environment variable has a value we cannot use',
    'Correct the variable named in the message.',
  ),

  SSH_DNS: spec(
    'The address of the host cannot be resolved',
    'Check `address:` of the host in tcpcheck.yaml, and the resolver of this machine.',
  ),
  SSH_REFUSED: spec(
    'The host refuses connections on the SSH port',
    'Check that sshd runs there and that `port:` is right.',
  ),
  SSH_TIMEOUT: spec(
    'The host does not answer on the SSH port',
    'Check that the host is up, and the route and firewall between this machine and it.',
  ),
  SSH_DROPPED: spec(
    'The SSH connection was closed before the login',
    'sshd may be overloaded (MaxStartups) or deny this address; try again, then look at its log.',
  ),
  SSH_KEX: spec(
    'Client and host share no SSH algorithm',
    'The host offers only algorithms that tcpcheck does not speak; see docs/errors.md.',
  ),
  SSH_HOST_KEY_UNKNOWN: spec(
    'The host key is not in known_hosts',
    'Verify the fingerprint by another way, then add it to known_hosts.',
  ),
  SSH_HOST_KEY_CHANGED: spec(
    'The host key differs from the one in known_hosts',
    'Do not ignore this: find out whether the host was rebuilt; only then replace the line in known_hosts.',
  ),
  SSH_HOST_KEY_REVOKED: spec(
    'The host key is marked @revoked',
    'The key is known to be stolen or retired; find out who answers at this address.',
  ),
  SSH_HOST_KEY_CERT_ONLY: spec(
    'The host is known only by a certificate authority',
    'tcpcheck cannot check host certificates; add the plain host key to known_hosts.',
  ),
  SSH_KNOWN_HOSTS_UNREADABLE: spec(
    'The known_hosts file cannot be read',
    'Check `known_hosts:` of the host in tcpcheck.yaml and the permissions of the file.',
  ),
  SSH_KEY_UNREADABLE: spec(
    'The private key cannot be used',
    'Check `identity_file:`; encrypted keys belong into an ssh agent.',
  ),
  SSH_AUTH: spec(
    'The host does not accept our key',
    'Add the public key to authorized_keys of the account, or correct `user:` or `identity_file:`.',
  ),
  SSH_JUMP: spec(
    'The jump host could not be passed',
    'Check the jump host first: `tcpcheck check` on it by name.',
  ),
  SSH_CHANNEL: spec(
    'The host opened no session',
    'The account may have no shell, or MaxSessions is reached; look at the log of sshd.',
  ),
  SSH_LOST: spec(
    'The SSH connection broke in the middle',
    'Try again; if it breaks again, look at the network and at the log of sshd.',
  ),
  SSH_COMMAND_TIMEOUT: spec(
    'The checklist did not finish in time',
    'The host may be overloaded; try again, or with a longer --window.',
  ),

  NAMESPACE_UNKNOWN: spec(
    'There is no such container or process on the host',
    'The name or id is that of `docker ps`, `podman ps` or `crictl ps`; a process id is that of the host.',
  ),
  NAMESPACE_AMBIGUOUS: spec(
    'Several containers go by that name',
    'Name one by its id, or by a process of it with --pid.',
  ),
  NAMESPACE_DENIED: spec(
    'The account may not look into other network namespaces',
    'Entering one takes root on the host: use an account that is root for this look.',
  ),
  NAMESPACE_NO_TOOL: spec(
    'The host cannot enter a network namespace',
    'Install nsenter there (package util-linux, or busybox).',
  ),
  HOST_NOT_LINUX: spec(
    'The host does not run Linux',
    'tcpcheck reads /proc and ss; `tcpcheck explain windows` says what to use there.',
  ),
  HOST_OUTPUT_CUT: spec(
    'The output of the checklist was cut off',
    'Try again; if it is cut again, look for a shell start-up file that prints or exits.',
  ),
  CAPTURE_UNREADABLE: spec('The capture cannot be read', 'Name a folder that `tcpcheck capture` wrote.'),

  PLAYBOOK_INVALID: spec(
    'A playbook has a mistake',
    'Correct the line and column named in the message; `tcpcheck playbook lint` shows all of them.',
  ),

  REDIS_UNAVAILABLE: spec(
    'The queue cannot be reached',
    'Try again in a minute. Operators: check Redis; `GET /readyz` shows what is wrong.',
  ),
  REDIS_UNSAFE: spec('This Redis may lose work', 'Set `maxmemory-policy noeviction`.'),
  REDIS_EMBEDDED: spec('The embedded Redis could not be started', 'Install redis-server, or set REDIS_URL.'),
  REDIS_LOST: spec('The queue was emptied', 'Ask again.'),
  QUEUE_FULL: spec(
    'Too much is waiting already',
    'Try again in a few minutes. Operators: check that workers run and that Slack can be reached.',
  ),
  WORKER_AWAY: spec(
    'No worker looks at hosts of this zone',
    'Start one: `tcpcheck serve --role worker`, with `--zone Z` for another zone than the default; `GET /readyz` names zones without one.',
  ),
  DIAGNOSIS_LATE: spec(
    'The diagnosis has not ended in time',
    'It goes on: its thread tells the result, and `tcpcheck change list` what it proposes. Operators: check that workers run.',
  ),
  STATE_UNREADABLE: spec(
    'A stored record cannot be read',
    'Nothing was done with it. Somebody or something altered it; look at Redis.',
  ),

  SLACK_TOKEN_MISSING: spec(
    'A Slack token is missing',
    'Set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).',
  ),
  SLACK_TOKEN_MALFORMED: spec(
    'A Slack token does not look like one',
    'Bot tokens start with xoxb-, app tokens with xapp-.',
  ),
  SLACK_TOKEN_REJECTED: spec(
    'Slack rejected a token',
    'Copy it again from the app’s settings; a reinstalled app has new tokens.',
  ),
  SLACK_UNREACHABLE: spec(
    'Slack did not answer',
    'Check the network and status.slack.com; tcpcheck keeps trying.',
  ),
  SLACK_NOT_IN_CHANNEL: spec('The bot is not in the channel', 'Invite it: /invite @tcpcheck.'),
  SLACK_CHANNEL_NOT_FOUND: spec(
    'The channel does not exist, or is private and the bot is not in it',
    'Invite the bot to the channel, or correct the channel id in tcpcheck.yaml.',
  ),
  SLACK_REFUSED: spec(
    'Slack refused a call',
    'The message names Slack’s own word for the reason; docs.slack.dev explains it.',
  ),
  SLACK_PORT: spec(
    'The port for requests from Slack cannot be used',
    'Another program may use it: stop that, or set PORT to another one.',
  ),
  SLACK_LIBRARY: spec(
    'A library that talks to Slack has warned',
    'The field `said` holds its words; usually the next attempt succeeds.',
  ),

  ACCESS_DENIED: spec(
    'This person may not do that',
    'Ask somebody named in `approvals:` or `access:` of tcpcheck.yaml.',
  ),
  ALERT_UNAUTHORIZED: spec(
    'The alert carries no valid secret',
    'Give the sender the secret of its source in tcpcheck.yaml.',
  ),
  ALERT_TOO_MANY: spec(
    'The source sends more alerts than are taken at once',
    'Nothing is lost: it sends again by itself. If it lasts, group the alerts at the sender.',
  ),
  ALERT_INVALID: spec('The alert could not be read', 'Send the JSON of the source this path belongs to.'),

  ...CHANGE_ERRORS,

  ENROLL_FAILED: spec(
    'The host could not be enrolled',
    'Correct what the message names and run it again; what is done already is left as it is.',
  ),
  ENROLL_NOT_PINNED: spec(
    'The host key was not pinned',
    'Compare the fingerprint by another way; then answer y, or name it with --host-key SHA256:….',
  ),
  INIT_EXISTS: spec(
    'A file could not be made',
    'Nothing is ever overwritten: move it aside, or name another place with --config or --keys.',
  ),

  LAB_UNAVAILABLE: spec(
    'This machine cannot run the sick hosts',
    'Install or allow what the message names; the lab needs Linux, root and network namespaces.',
  ),
  LAB_FAILED: spec(
    'A sick host could not be built or driven',
    'The message carries the command and its answer; start again, leftovers are removed first.',
  ),

  INTERNAL: spec('tcpcheck has a fault', 'Please report it with the log line that carries this code.'),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

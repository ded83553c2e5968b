/** What `tcpcheck help` prints. */
export const USAGE = `tcpcheck: finds out what is wrong with a Linux host's TCP

  tcpcheck serve [--role all|bot|worker] [--zone Z]   the Slack bot and its workers
  tcpcheck check HOST|GROUP [--symptom TEXT] [--window 10s] [--json]
                                                    diagnose from the terminal
  tcpcheck check HOST --container NAME | --pid N    … inside a container's network namespace
  tcpcheck check --capture DIR [--symptom TEXT] [--json]
                                                    diagnose a recording
  tcpcheck capture HOST --out DIR [--window 10s]    record a host
  tcpcheck watch HOST [--port N] [--for 5m]         live counts by state, up to an hour
  tcpcheck baseline HOST [--json]                   its settings beside the popular template
  tcpcheck hosts [--json]                           the inventory
  tcpcheck explain [TOPIC]                          how TCP works, and what is often said wrongly
  tcpcheck playbook lint [PATH…] [--json]           check playbooks, with line and column
  tcpcheck playbook test [PATH…]                    hold playbooks against their recorded hosts
  tcpcheck playbook schema                          the JSON schema of a playbook, for editors
  tcpcheck change propose HOST [KEY] [--symptom TEXT] [--window 10s] [--dry-run] [--json]
                                                    have it diagnosed; what the evidence offers is proposed
  tcpcheck change list [--json] | show ID [--json]  changes that wait, are under way or in force
  tcpcheck change approve|reject|keep|rollback ID [--dry-run]
                                                    decide while Slack is down
  tcpcheck change rollback HOST/ID [--dry-run]      … by the host's own record, from any machine
  tcpcheck change approve ID --break-glass --reason TEXT
                                                    … alone, or in a freeze; everybody is told
  tcpcheck change freeze [for 2h|until 18:00|off|status] [REASON]
                                                    nothing is changed meanwhile
  tcpcheck policy show HOST [--as U] [--json]       who may decide about changes there, and why
  tcpcheck alerts test FILE|- [--source S] [--json] what a delivery of alerts would do, without doing it
  tcpcheck audit verify [LOG#NUMBER:HASH…]          what was put on record, and whether it still is
  tcpcheck init [--keys DIR]                        a commented tcpcheck.yaml; keys for changes
  tcpcheck enroll HOST [--dry-run|--print] [--ssh USER@HOST] [--from ADDRESSES] [--host-key SHA256:…]
                                                    accounts, keys and helper there, by your own ssh and sudo
  tcpcheck enroll HOST --remove [--dry-run|--print] takes all of it out again
  tcpcheck doctor [HOST|GROUP] [--json]             what is set up wrongly here and there, and what to do
  tcpcheck demo [--smoke]                           the whole product on this machine

  everywhere: --config FILE (default tcpcheck.yaml), --locale en|ko
  exit codes of check: 0 ok, 1 findings at warning or above, 2 could not look, 64 usage
  of change propose: 0 proposed, 1 nothing to propose, 2 could not look, 64 usage
  of doctor: 0 all well, 1 warnings, 2 something is wrong, 64 usage
  of playbook lint and test: 0 no mistake, 1 mistakes, 2 could not look, 64 usage
`;

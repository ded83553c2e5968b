// Alerts, Media types, Create: type Webhook. Parameters, name and value:
//   url_tcpcheck     https://tcpcheck.example.com/alerts/zabbix
//   secret           the content of zabbix-secret (as a secret macro)
//   event_id         {EVENT.ID}
//   event_value      {EVENT.VALUE}
//   event_update     {EVENT.UPDATE.STATUS}
//   event_name       {EVENT.NAME}
//   event_opdata     {EVENT.OPDATA}
//   event_severity   {EVENT.SEVERITY}
//   host_host        {HOST.HOST}
//   host_name        {HOST.NAME}
//   host_ip          {HOST.IP}
//   host_groups      {TRIGGER.HOSTGROUP.NAME}
//   trigger_id       {TRIGGER.ID}
//   url              https://zabbix.example.com/tr_events.php?triggerid={TRIGGER.ID}&eventid={EVENT.ID}
var params = JSON.parse(value);
// An update (a comment, an acknowledgement) begins and ends nothing.
if (params.event_update === '1') return 'OK';

var request = new HttpRequest();
request.addHeader('Content-Type: application/json');
request.addHeader('Authorization: Bearer ' + params.secret);
var url = params.url_tcpcheck;
delete params.secret;
delete params.url_tcpcheck;
var answer = request.post(url, JSON.stringify(params));
if (request.getStatus() !== 202) throw 'tcpcheck answered ' + request.getStatus() + ': ' + answer;
return 'OK';

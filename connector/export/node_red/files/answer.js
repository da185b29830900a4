// Hands on what the bridge answered, as msg.payload. `msg.event`, the event that began it all, stays.
if (!isGood()) return failed();
msg.payload = answered();
well('done');
delete clean(msg).statusCode;
return msg;

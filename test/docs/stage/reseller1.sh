# The reseller of README's first request: reseller1, password change-me.
curl -sf http://127.0.0.1:9009/webservices/OXResellerService -H 'Content-Type: text/xml; charset=UTF-8' --data-binary "
<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>
  <create xmlns='http://soap.reseller.admin.openexchange.com' xmlns:c='http://dataobjects.rmi.admin.openexchange.com/xsd' xmlns:r='http://dataobjects.rmi.reseller.admin.openexchange.com/xsd'>
    <adm><r:displayname>First reseller</r:displayname><r:name>reseller1</r:name><r:password>change-me</r:password></adm>
    <creds><c:login>oxadminmaster</c:login><c:password>$MASTER_PASSWORD</c:password></creds>
  </create>
</e:Body></e:Envelope>"

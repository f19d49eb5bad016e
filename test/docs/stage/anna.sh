# Context 1 with the user anna (id 3, password secret, 10 MB for files), and a picture to store.
soap() {
  curl -sf "http://127.0.0.1:9009/webservices/$1" -H 'Content-Type: text/xml; charset=UTF-8' --data-binary "
<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>$2</e:Body></e:Envelope>"
}
person() {
  echo "<d:display_name>$1</d:display_name><d:email1>$1@example.org</d:email1><d:given_name>$1</d:given_name>$2
    <d:name>$1</d:name><d:password>secret</d:password><d:primaryEmail>$1@example.org</d:primaryEmail><d:sur_name>Example</d:sur_name>"
}
ns="xmlns='http://soap.admin.openexchange.com' xmlns:d='http://dataobjects.soap.admin.openexchange.com/xsd'
  xmlns:c='http://dataobjects.rmi.admin.openexchange.com/xsd'"
auth="<auth><c:login>oxadminmaster</c:login><c:password>$MASTER_PASSWORD</c:password></auth>"
soap OXContextService "<create $ns><ctx><d:id>1</d:id><d:maxQuota>1000</d:maxQuota><d:name>acme</d:name></ctx>
  <admin_user>$(person admin)</admin_user>$auth</create>"
soap OXUserService "<create $ns><ctx><d:id>1</d:id></ctx><usrdata>$(person anna '<d:maxQuota>10</d:maxQuota>')</usrdata>$auth</create>"
head -c 100000 /dev/urandom >holiday.jpg

// For soapcpp2: Header and Fault of the envelope, which all services share.

-- What Dovecot may do in Oxbow's database. Run as an administrator, with database, host and password put in.
CREATE USER IF NOT EXISTS 'dovecot'@'127.0.0.1' IDENTIFIED BY 'change-me';
GRANT SELECT ON oxbow.mail_accounts TO 'dovecot'@'127.0.0.1';
GRANT SELECT ON oxbow.mail_recipients TO 'dovecot'@'127.0.0.1';
-- Rights on single columns do not suffice: the upsert needs all of these.
GRANT SELECT, INSERT, UPDATE ON oxbow.mail_usage TO 'dovecot'@'127.0.0.1';

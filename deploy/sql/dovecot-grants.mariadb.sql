-- The rights of the mail server's own database users on Oxbow's database (MariaDB or MySQL). Run it once, as an account that may create
-- users, after Oxbow has started for the first time; replace the database's name (oxbow), the hosts and the passwords.
--
-- The views read as the account that Oxbow uses, so nobody here sees the tables below them. That account must stay: a view whose
-- creator is gone answers nothing.

-- Dovecot: who may log in with which password and how much mail it may hold (mail_accounts), and its own counters (mail_usage). SELECT
-- belongs to what its "INSERT ... ON DUPLICATE KEY UPDATE" needs. No DELETE: rows of deleted users are Oxbow's to remove.
CREATE USER IF NOT EXISTS 'dovecot'@'localhost' IDENTIFIED BY 'CHANGE-ME';
GRANT SELECT ON oxbow.mail_accounts TO 'dovecot'@'localhost';
GRANT SELECT, INSERT, UPDATE ON oxbow.mail_usage TO 'dovecot'@'localhost';

-- Postfix: which domains are in mail, and where mail for an address goes.
CREATE USER IF NOT EXISTS 'postfix'@'localhost' IDENTIFIED BY 'CHANGE-ME';
GRANT SELECT ON oxbow.mail_domains TO 'postfix'@'localhost';
GRANT SELECT ON oxbow.mail_recipients TO 'postfix'@'localhost';
GRANT SELECT ON oxbow.mail_redirections TO 'postfix'@'localhost';

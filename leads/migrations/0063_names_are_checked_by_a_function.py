"""The check of first names calls a function: each statement reads a check's text anew.

That of this one took 0.3 ms of each write of a lead. The check of activities is a function
that isn't planned anew either.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from leads.models.lead_queries import IsGivenName

IS_GIVEN_NAME = r"""
CREATE OR REPLACE FUNCTION leads_is_given_name(name text)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    titles CONSTANT text := '^(dr|mr|mrs|ms|miss|mx|prof|professor|doctor|sir)[.]?$';
BEGIN
    -- Most names, quickly: the patterns of all letters are long.
    IF name ~ '^[A-Za-z][A-Za-z''-]*[.]?$' THEN
        RETURN name !~* titles;
    END IF;
    DECLARE
        letters CONSTANT text :=
            E'\u0041-\u005A\u0061-\u007A\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u0131\u0134-'
            || E'\u013E\u0141-\u0148\u014A-\u017E\u0180-\u01C3\u01CD-\u01F0\u01F4-\u02AF'
            || E'\u02B9-\u02C1\u02C6-\u02D1\u02EC\u02EE\u0370-\u0374\u0376-\u0377\u037B-'
            || E'\u037D\u037F\u0386\u0388-\u03CF\u03D3-\u03D4\u03D7-\u03EF\u03F3\u03F7-'
            || E'\u03F8\u03FA-\u0481\u048A-\u0559\u0560-\u0586\u0588\u05D0-\u05F2\u0620-'
            || E'\u064A\u066E-\u066F\u0671-\u0674\u0679-\u06D3\u06D5\u06E5-\u06E6\u06EE-'
            || E'\u06EF\u06FA-\u06FC\u06FF\u0710\u0712-\u072F\u074D-\u07A5\u07B1\u07CA-'
            || E'\u07EA\u07F4-\u07F5\u07FA\u0800-\u0815\u081A\u0824\u0828\u0840-\u0858'
            || E'\u0860-\u0887\u0889-\u088E\u08A0-\u08C9\u0904-\u0939\u093D\u0950\u0958-'
            || E'\u0961\u0971-\u0980\u0985-\u09B9\u09BD\u09CE\u09DC-\u09E1\u09F0-\u09F1'
            || E'\u09FC\u0A05-\u0A39\u0A59-\u0A5E\u0A72-\u0A74\u0A85-\u0AB9\u0ABD\u0AD0-'
            || E'\u0AE1\u0AF9\u0B05-\u0B39\u0B3D\u0B5C-\u0B61\u0B71\u0B83-\u0BB9\u0BD0'
            || E'\u0C05-\u0C39\u0C3D\u0C58-\u0C61\u0C80\u0C85-\u0CB9\u0CBD\u0CDD-\u0CE1'
            || E'\u0CF1-\u0CF2\u0D04-\u0D3A\u0D3D\u0D4E\u0D54-\u0D56\u0D5F-\u0D61\u0D7A-'
            || E'\u0D7F\u0D85-\u0DC6\u0E01-\u0E30\u0E32\u0E40-\u0E46\u0E81-\u0EB0\u0EB2'
            || E'\u0EBD-\u0EC6\u0EDE-\u0F00\u0F40-\u0F6C\u0F88-\u0F8C\u1000-\u102A\u103F'
            || E'\u1050-\u1055\u105A-\u105D\u1061\u1065-\u1066\u106E-\u1070\u1075-\u1081'
            || E'\u108E\u10A0-\u10FA\u10FD-\u115E\u1161-\u135A\u1380-\u138F\u13A0-\u13FD'
            || E'\u1401-\u166C\u166F-\u167F\u1681-\u169A\u16A0-\u16EA\u16F1-\u1711\u171F-'
            || E'\u1731\u1740-\u1751\u1760-\u1770\u1780-\u17B3\u17D7\u17DC\u1820-\u1884'
            || E'\u1887-\u18A8\u18AA-\u191E\u1950-\u19C9\u1A00-\u1A16\u1A20-\u1A54\u1AA7'
            || E'\u1B05-\u1B33\u1B45-\u1B4C\u1B83-\u1BA0\u1BAE-\u1BAF\u1BBA-\u1BE5\u1C00-'
            || E'\u1C23\u1C4D-\u1C4F\u1C5A-\u1C7D\u1C80-\u1CBF\u1CE9-\u1CEC\u1CEE-\u1CF3'
            || E'\u1CF5-\u1CF6\u1CFA-\u1D2B\u1D2F\u1D3B\u1D4E\u1D6B-\u1D77\u1D79-\u1D9A'
            || E'\u1E00-\u1E99\u1E9B-\u1FBC\u1FBE\u1FC2-\u1FCC\u1FD0-\u1FDB\u1FE0-\u1FEC'
            || E'\u1FF2-\u1FFC\u2126\u212A-\u212B\u2132\u214E\u2183-\u2184\u2C00-\u2C7B'
            || E'\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2-\u2CF3\u2D00-\u2D67\u2D80-\u2DDE\u2E2F'
            || E'\u3005-\u3006\u3031-\u3035\u303B-\u303C\u3041-\u3096\u309D-\u309E\u30A1-'
            || E'\u30FA\u30FC-\u30FE\u3105-\u312F\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF'
            || E'\u4E00-\uA48C\uA4D0-\uA4FD\uA500-\uA60C\uA610-\uA61F\uA62A-\uA66E\uA67F-'
            || E'\uA69B\uA6A0-\uA6E5\uA717-\uA71F\uA722-\uA76F\uA771-\uA788\uA78B-\uA7D9'
            || E'\uA7F5-\uA7F7\uA7FA-\uA801\uA803-\uA805\uA807-\uA80A\uA80C-\uA822\uA840-'
            || E'\uA873\uA882-\uA8B3\uA8F2-\uA8F7\uA8FB\uA8FD-\uA8FE\uA90A-\uA925\uA930-'
            || E'\uA946\uA960-\uA97C\uA984-\uA9B2\uA9CF\uA9E0-\uA9E4\uA9E6-\uA9EF\uA9FA-'
            || E'\uAA28\uAA40-\uAA42\uAA44-\uAA4B\uAA60-\uAA76\uAA7A\uAA7E-\uAAAF\uAAB1'
            || E'\uAAB5-\uAAB6\uAAB9-\uAABD\uAAC0\uAAC2-\uAADD\uAAE0-\uAAEA\uAAF2-\uAAF4'
            || E'\uAB01-\uAB5A\uAB60-\uAB68\uAB70-\uABE2\uAC00-\uD7FB\uF900-\uFAD9\uFB1D'
            || E'\uFB1F\uFB2A-\uFB4E\uFE73\U00010000-\U000100FA\U00010280-\U000102D0'
            || E'\U00010300-\U0001031F\U0001032D-\U00010340\U00010342-\U00010349\U00010350-'
            || E'\U00010375\U00010380-\U0001039D\U000103A0-\U000103CF\U00010400-\U0001049D'
            || E'\U000104B0-\U00010563\U00010570-\U00010780\U00010800-\U00010855\U00010860-'
            || E'\U00010876\U00010880-\U0001089E\U000108E0-\U000108F5\U00010900-\U00010915'
            || E'\U00010920-\U00010939\U00010980-\U000109B7\U000109BE-\U000109BF\U00010A00'
            || E'\U00010A10-\U00010A35\U00010A60-\U00010A7C\U00010A80-\U00010A9C\U00010AC0-'
            || E'\U00010AC7\U00010AC9-\U00010AE4\U00010B00-\U00010B35\U00010B40-\U00010B55'
            || E'\U00010B60-\U00010B72\U00010B80-\U00010B91\U00010C00-\U00010CF2\U00010D00-'
            || E'\U00010D23\U00010E80-\U00010EA9\U00010EB0-\U00010F1C\U00010F27-\U00010F45'
            || E'\U00010F70-\U00010F81\U00010FB0-\U00010FC4\U00010FE0-\U00010FF6\U00011003-'
            || E'\U00011037\U00011071-\U00011072\U00011075\U00011083-\U000110AF\U000110D0-'
            || E'\U000110E8\U00011103-\U00011126\U00011144\U00011147-\U00011172\U00011176'
            || E'\U00011183-\U000111B2\U000111C1-\U000111C4\U000111DA\U000111DC\U00011200-'
            || E'\U0001122B\U00011280-\U000112A8\U000112B0-\U000112DE\U00011305-\U00011339'
            || E'\U0001133D\U00011350\U0001135D-\U00011361\U00011400-\U00011434\U00011447-'
            || E'\U0001144A\U0001145F-\U000114AF\U000114C4-\U000114C5\U000114C7\U00011580-'
            || E'\U000115AE\U000115D8-\U000115DB\U00011600-\U0001162F\U00011644\U00011680-'
            || E'\U000116AA\U000116B8\U00011700-\U0001171A\U00011740-\U0001182B\U000118A0-'
            || E'\U000118DF\U000118FF-\U0001192F\U0001193F\U00011941\U000119A0-\U000119D0'
            || E'\U000119E1\U000119E3\U00011A00\U00011A0B-\U00011A32\U00011A3A\U00011A50'
            || E'\U00011A5C-\U00011A89\U00011A9D\U00011AB0-\U00011C2E\U00011C40\U00011C72-'
            || E'\U00011C8F\U00011D00-\U00011D30\U00011D46\U00011D60-\U00011D89\U00011D98'
            || E'\U00011EE0-\U00011EF2\U00011FB0\U00012000-\U00012399\U00012480-\U00012FF0'
            || E'\U00013000-\U0001342E\U00014400-\U00016A5E\U00016A70-\U00016ABE\U00016AD0-'
            || E'\U00016AED\U00016B00-\U00016B2F\U00016B40-\U00016B43\U00016B63-\U00016E7F'
            || E'\U00016F00-\U00016F4A\U00016F50\U00016F93-\U00016FE1\U00016FE3\U00017000-'
            || E'\U0001BC99\U0001DF00-\U0001DF1E\U0001E100-\U0001E12C\U0001E137-\U0001E13D'
            || E'\U0001E14E\U0001E290-\U0001E2AD\U0001E2C0-\U0001E2EB\U0001E7E0-\U0001E8C4'
            || E'\U0001E900-\U0001E943\U0001E94B\U00020000-\U0003134A';
        marks CONSTANT text :=
            E'\u0300-\u034E\u0350-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1-\u05C2'
            || E'\u05C4-\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-'
            || E'\u06E4\u06E7-\u06E8\u06EA-\u06ED\u0711\u0730-\u074A\u07A6-\u07B0\u07EB-'
            || E'\u07F3\u07FD\u0816-\u0819\u081B-\u0823\u0825-\u0827\u0829-\u082D\u0859-'
            || E'\u085B\u0898-\u089F\u08CA-\u08E1\u08E3-\u0903\u093A-\u093C\u093E-\u094F'
            || E'\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09BC\u09BE-\u09CD\u09D7\u09E2-'
            || E'\u09E3\u09FE-\u0A03\u0A3C-\u0A51\u0A70-\u0A71\u0A75\u0A81-\u0A83\u0ABC'
            || E'\u0ABE-\u0ACD\u0AE2-\u0AE3\u0AFA-\u0B03\u0B3C\u0B3E-\u0B57\u0B62-\u0B63'
            || E'\u0B82\u0BBE-\u0BCD\u0BD7\u0C00-\u0C04\u0C3C\u0C3E-\u0C56\u0C62-\u0C63'
            || E'\u0C81-\u0C83\u0CBC\u0CBE-\u0CD6\u0CE2-\u0CE3\u0D00-\u0D03\u0D3B-\u0D3C'
            || E'\u0D3E-\u0D4D\u0D57\u0D62-\u0D63\u0D81-\u0D83\u0DCA-\u0DDF\u0DF2-\u0DF3'
            || E'\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u0EB1\u0EB4-\u0EBC\u0EC8-\u0ECD\u0F18-'
            || E'\u0F19\u0F35\u0F37\u0F39\u0F3E-\u0F3F\u0F71-\u0F84\u0F86-\u0F87\u0F8D-'
            || E'\u0FBC\u0FC6\u102B-\u103E\u1056-\u1059\u105E-\u1060\u1062-\u1064\u1067-'
            || E'\u106D\u1071-\u1074\u1082-\u108D\u108F\u109A-\u109D\u135D-\u135F\u1712-'
            || E'\u1715\u1732-\u1734\u1752-\u1753\u1772-\u1773\u17B6-\u17D3\u17DD\u1885-'
            || E'\u1886\u18A9\u1920-\u193B\u1A17-\u1A1B\u1A55-\u1A7F\u1AB0-\u1B04\u1B34-'
            || E'\u1B44\u1B6B-\u1B73\u1B80-\u1B82\u1BA1-\u1BAD\u1BE6-\u1BF3\u1C24-\u1C37'
            || E'\u1CD0-\u1CD2\u1CD4-\u1CE8\u1CED\u1CF4\u1CF7-\u1CF9\u1DC0-\u1DFF\u20D0-'
            || E'\u20F0\u2CEF-\u2CF1\u2D7F\u2DE0-\u2DFF\u302A-\u302F\u3099-\u309A\uA66F-'
            || E'\uA672\uA674-\uA67D\uA69E-\uA69F\uA6F0-\uA6F1\uA802\uA806\uA80B\uA823-'
            || E'\uA827\uA82C\uA880-\uA881\uA8B4-\uA8C5\uA8E0-\uA8F1\uA8FF\uA926-\uA92D'
            || E'\uA947-\uA953\uA980-\uA983\uA9B3-\uA9C0\uA9E5\uAA29-\uAA36\uAA43\uAA4C-'
            || E'\uAA4D\uAA7B-\uAA7D\uAAB0\uAAB2-\uAAB4\uAAB7-\uAAB8\uAABE-\uAABF\uAAC1'
            || E'\uAAEB-\uAAEF\uAAF5-\uAAF6\uABE3-\uABEA\uABEC-\uABED\uFB1E\uFE20-\uFE2F'
            || E'\U000101FD\U000102E0\U00010376-\U0001037A\U00010A01-\U00010A0F\U00010A38-'
            || E'\U00010A3F\U00010AE5-\U00010AE6\U00010D24-\U00010D27\U00010EAB-\U00010EAC'
            || E'\U00010F46-\U00010F50\U00010F82-\U00010F85\U00011000-\U00011002\U00011038-'
            || E'\U00011046\U00011070\U00011073-\U00011074\U0001107F-\U00011082\U000110B0-'
            || E'\U000110BA\U000110C2\U00011100-\U00011102\U00011127-\U00011134\U00011145-'
            || E'\U00011146\U00011173\U00011180-\U00011182\U000111B3-\U000111C0\U000111C9-'
            || E'\U000111CC\U000111CE-\U000111CF\U0001122C-\U00011237\U0001123E\U000112DF-'
            || E'\U000112EA\U00011300-\U00011303\U0001133B-\U0001133C\U0001133E-\U0001134D'
            || E'\U00011357\U00011362-\U00011374\U00011435-\U00011446\U0001145E\U000114B0-'
            || E'\U000114C3\U000115AF-\U000115C0\U000115DC-\U000115DD\U00011630-\U00011640'
            || E'\U000116AB-\U000116B7\U0001171D-\U0001172B\U0001182C-\U0001183A\U00011930-'
            || E'\U0001193E\U00011940\U00011942-\U00011943\U000119D1-\U000119E0\U000119E4'
            || E'\U00011A01-\U00011A0A\U00011A33-\U00011A39\U00011A3B-\U00011A3E\U00011A47'
            || E'\U00011A51-\U00011A5B\U00011A8A-\U00011A99\U00011C2F-\U00011C3F\U00011C92-'
            || E'\U00011CB6\U00011D31-\U00011D45\U00011D47\U00011D8A-\U00011D97\U00011EF3-'
            || E'\U00011EF6\U00016AF0-\U00016AF4\U00016B30-\U00016B36\U00016F4F\U00016F51-'
            || E'\U00016F92\U00016FE4-\U00016FF1\U0001BC9D-\U0001BC9E\U0001CF00-\U0001CF46'
            || E'\U0001D165-\U0001D169\U0001D16D-\U0001D172\U0001D17B-\U0001D182\U0001D185-'
            || E'\U0001D18B\U0001D1AA-\U0001D1AD\U0001D242-\U0001D244\U0001DA00-\U0001DA36'
            || E'\U0001DA3B-\U0001DA6C\U0001DA75\U0001DA84\U0001DA9B-\U0001DAAF\U0001E000-'
            || E'\U0001E02A\U0001E130-\U0001E136\U0001E2AE\U0001E2EC-\U0001E2EF\U0001E8D0-'
            || E'\U0001E8D6\U0001E944-\U0001E94A';
        doubles CONSTANT text :=
            'Ana Maria|Anna Lena|Anna Maria|Anne Marie|Annie Mae|Betty Ann|Betty Jo|'
            || 'Billie Jean|Billie Jo|Billy Bob|Billy Ray|Bobbie Jo|Carol Ann|Eva Maria|'
            || 'Jean Claude|Jean Luc|Jean Marie|Jean Paul|Jean Pierre|Jim Bob|Jo Ann|'
            || 'Jo Anne|John Paul|Jose Luis|José Luis|Jose Maria|José María|Juan Carlos|'
            || 'Juan Jose|Juan José|Juan Pablo|Lee Ann|Lee Anne|Leigh Ann|Leigh Anne|'
            || 'Lisa Marie|Luis Miguel|Luz Maria|Luz María|Marco Antonio|Maria Elena|'
            || 'María Elena|Maria Fernanda|María Fernanda|Maria Isabel|María Isabel|'
            || 'Maria Jose|María José|Maria Luisa|María Luisa|Maria Teresa|María Teresa|'
            || 'Mary Ann|Mary Anne|Mary Beth|Mary Catherine|Mary Ellen|Mary Grace|'
            || 'Mary Jane|Mary Jo|Mary Kate|Mary Kay|Mary Lou|Mary Louise|Miguel Angel|'
            || 'Miguel Ángel|Norma Jean|Peggy Sue|Rose Ann|Rose Marie|Ruth Ann|Sarah Jane|'
            || 'Sue Ann|Terry Lynn|Tommy Lee|Victor Manuel|Willie Mae';
        letter CONSTANT text := '[' || letters || '][' || marks || ']*';
    BEGIN
        RETURN (name ~ ('^([' || letters || '][' || letters || marks || '''’-]*[.]?'
                || '|' || letter || '([.]-?' || letter || ')+[.]?)$')
            AND name !~* titles)
            OR name ~* ('^(' || doubles || ')$');
    END;
END $$;
"""
PAYLOAD_FITS_BEFORE = r"""
CREATE OR REPLACE FUNCTION leads_payload_fits(type varchar, details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE type
        WHEN 'call' THEN
            coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
            AND coalesce(details -> 'direction' IN ('"outbound"', '"inbound"'), true)
            AND public.leads_json_text(details -> 'outcome', '^(answered|no_answer|voicemail'
                || '|busy|call_back|booked|not_interested|wrong_number)$')
            AND coalesce((details -> 'duration_seconds')::text, 'null')
                ~ '^(null|[0-9]{1,4}|[0-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$'
        WHEN 'form_submit' THEN
            public.leads_json_text(details -> 'form', '^[a-z0-9][a-z0-9_-]{0,49}$')
        WHEN 'stage_change' THEN
            public.leads_json_text(details -> 'from_stage', '^[A-Za-z0-9]{1,25}$')
            AND details ->> 'to_stage' IS NOT NULL
            AND public.leads_json_text(details -> 'to_stage', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'lost_reason', '^[a-z][a-z0-9_]{0,19}$')
        WHEN 'tag_added' THEN
            details ->> 'tag' IS NOT NULL
            AND public.leads_json_text(details -> 'tag', '^[A-Za-z0-9]{1,25}$')
        WHEN 'sms_sent' THEN public.leads_message_fits(details)
        WHEN 'email_sent' THEN public.leads_message_fits(details)
        ELSE true END
$$;
"""
PAYLOAD_FITS = r"""
CREATE OR REPLACE FUNCTION leads_payload_fits(type varchar, details jsonb)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE type
        WHEN 'call' THEN
            coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
            AND coalesce(details -> 'direction' IN ('"outbound"', '"inbound"'), true)
            AND public.leads_json_text(details -> 'outcome', '^(answered|no_answer|voicemail'
                || '|busy|call_back|booked|not_interested|wrong_number)$')
            AND coalesce((details -> 'duration_seconds')::text, 'null')
                ~ '^(null|[0-9]{1,4}|[0-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$'
        WHEN 'form_submit' THEN
            public.leads_json_text(details -> 'form', '^[a-z0-9][a-z0-9_-]{0,49}$')
        WHEN 'stage_change' THEN
            public.leads_json_text(details -> 'from_stage', '^[A-Za-z0-9]{1,25}$')
            AND details ->> 'to_stage' IS NOT NULL
            AND public.leads_json_text(details -> 'to_stage', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'lost_reason', '^[a-z][a-z0-9_]{0,19}$')
        WHEN 'tag_added' THEN
            details ->> 'tag' IS NOT NULL
            AND public.leads_json_text(details -> 'tag', '^[A-Za-z0-9]{1,25}$')
        WHEN 'sms_sent' THEN public.leads_message_fits(details)
        WHEN 'email_sent' THEN public.leads_message_fits(details)
        ELSE true END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0062_index_names_with_themselves")]

    operations = [
        migrations.RunSQL(
            IS_GIVEN_NAME + PAYLOAD_FITS,
            PAYLOAD_FITS_BEFORE + "DROP FUNCTION leads_is_given_name(text);",
        ),
        migrations.RemoveConstraint("lead", "leads_lead_first_name_is_one_given_name"),
        AddConstraintNotValid(
            "lead",
            models.CheckConstraint(
                name="leads_lead_first_name_is_one_given_name",
                condition=models.Q(IsGivenName("first_name")),
                violation_error_message=(
                    "Enter one first name. Last names aren't stored."
                ),
            ),
        ),
    ]
